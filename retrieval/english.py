"""English questions: what their words are in Italian.

A dictionary written by hand, for questions about news and football, with no grammar. Names and words that stand in none of its lines
stay as they are: most of what an English question has in common with an Italian article are its names.
"""

from collections.abc import Sequence

from index.italian import is_stop_word

_QUESTION_WORDS = frozenset("who whom whose what when where why which how".split())
_FUNCTION_WORDS = frozenset(
    """
    the of to and is are was were be been being did does do has have had will would can could should shall may might must for on at by
    with from that this these those it its he she they his her their him them an as about after before between during into than then
    there if or not any some you your we our my me
    """.split()
)
_ONLY_ENGLISH = frozenset(
    "the of to and is are was were did does has have had will for on at by with from that this it his her their".split()
)
ENGLISH_STOP_WORDS = (
    _QUESTION_WORDS | _FUNCTION_WORDS | frozenset("a i in s t re ve ll d much many long old far often please tell give".split())
)

# One entry a line: the English words (any of them), a colon, what Italian newspapers write, the likeliest first.
_DICTIONARY = """
abroad: estero
accept accepted: accetta accettato
accident accidents crash crashed: incidente scontro schianto
according: secondo
accuse accused accuses: accusa accusato
acquire acquired acquires: acquista acquistato
act: legge atto
actor actress: attore attrice
added adds: aggiunge aggiunto
admit admitted admits: ammette ammesso
age aged: età anni
agency: agenzia
agent: agente procuratore
ago: fa
agree agreed agreement: accordo
airline: compagnia aerea
airplane plane aircraft: aereo
airport: aeroporto
album: album disco
allow allowed allows: permette consente
ambulance: ambulanza
amount: cifra importo somma
animal animals: animale
announce announced announces announcement: annuncia annunciato annuncio
appeal: ricorso appello
appoint appointed: nominato nomina
approve approved: approvato approva
april: aprile
area: zona area
armed: armato
army: esercito
arrest arrested arrests: arrestato arresto
arrive arrived arrives arrival: arriva arrivato arrivo
art: arte
article: articolo
artist: artista
ask asked asks: chiede chiesto
assist assists: assist
attack attacked attacks: attacco attaccato
attend attended: partecipa partecipato
attendance: spettatori presenze
auction: asta
august: agosto
author writer: autore autrice scrittore scrittrice
autumn fall: autunno
average: media
award awarded awards prize: premio premiato
baby: neonato bambino
bad: cattivo
ball: pallone palla
ban banned suspended suspension: squalifica squalificato sospeso
band: gruppo banda
bank: banca
battle: battaglia
beach: spiaggia
beat beaten beats: batte battuto sconfitto
become became becomes: diventa diventato divenne
begin began begins beginning start started starts starting: inizia iniziato inizio comincia
believe believed: crede
best: migliore
big: grande
bill: legge bolletta
bird birds: uccello
birth born birthplace: nato nata nascita
birthday: compleanno
black: nero
blue: blu azzurro
board: consiglio
boat ship: barca nave
body: corpo
bomb: bomba
book books novel: libro romanzo
border: confine frontiera
boss: capo
boy: ragazzo
branch: filiale
brand: marca marchio
bread: pane
break broke broken: rompe rotto
bridge: ponte
bring brought: porta portato
brother: fratello
budget: bilancio budget
build built builds building: costruito costruisce edificio palazzo
burn burned fire: incendio fuoco bruciato
bus: autobus pullman
business: affari azienda
buy bought buys purchase purchased: compra comprato acquistato
buyer: acquirente
cake: torta
call called calls named name names: chiama nome
campaign: campagna
cancel cancelled canceled: annullato cancellato
captain: capitano
car cars: auto macchina vettura
card cards: cartellino carta
care: cura
career: carriera
carry carried: porta
case: caso
castle: castello
cat: gatto
cause caused causes: causa causato
ceasefire truce: tregua
celebrate celebrated: festeggia festeggiato
center centre: centro
century: secolo
ceo: amministratore
chair chairman chairwoman president: presidente
championship league: campionato lega
champion champions: campione campioni
change changed changes: cambia cambiato cambio
charge charged charges: accusa
cheap: economico
chief head: capo
child children kids: bambino figlio figli
choose chose chosen: sceglie scelto
christmas: natale
church: chiesa
city town: città comune paese
citizen citizens: cittadino
claim claimed claims: sostiene afferma
clause: clausola
clean: pulito
clear: chiaro
climate: clima
close closed closes closing: chiude chiuso chiusura
clothes: vestiti
club clubs team teams side: squadra club società
coach coaches manager trainer: allenatore tecnico mister
cold: freddo
collapse collapsed: crollo crollato
collect collected: raccoglie raccolto
color colour: colore
come came comes coming: viene venuto arriva
comment: commento
committee: comitato commissione
company companies firm: azienda società impresa
compensation: risarcimento indennizzo
compete competition: gara competizione concorso
complain complained: lamenta
concert: concerto
confirm confirmed confirms: conferma confermato
consider considered: considera
contain contains: contiene
contract contracts deal: contratto accordo
convict convicted: condannato
cook: cuoco
cost costs price prices: costo prezzo costa
council: consiglio
country countries nation: paese nazione stato
couple: coppia coniugi
court: tribunale corte
cover covered covers: copre
create created: crea creato
crime: crimine reato
crisis: crisi
cross crossed: attraversa
crowd: folla
cup: coppa
current currently now: attuale oggi
cut cuts: taglio tagliato
cycling cyclist: ciclismo ciclista
damage damaged damages: danno danni
dance: danza
danger dangerous: pericolo pericoloso
date: data
daughter: figlia
day days: giorno giorni
dead death die died dies deaths killed kill kills: morto morte morti ucciso
debt debts: debito debiti
debut debuted: esordio debutto
december: dicembre
decide decided decides decision: decide deciso decisione
declare declared: dichiara dichiarato
decrease decreased fell drop dropped: calo diminuito sceso
defeat defeated lose lost loses loss: sconfitta perso perde
defend defender defence defense: difensore difesa
degree: laurea
delay delayed: ritardo rinviato
deny denied: nega smentisce
derby: derby
describe described: descrive
destroy destroyed: distrutto
develop developed: sviluppa
difference different: differenza diverso
director: direttore regista
disappear disappeared missing: scomparso sparito
discover discovered discovery find found finds: scoperto trovato trova
disease illness sick: malattia malato
dismiss dismissed fired sacked: esonerato licenziato esonero
distance: distanza
divorce: divorzio
doctor doctors: medico dottore
document: documento
dog dogs: cane
dollar dollars: dollari
door: porta
draw drew tie: pareggio pareggiato
dream: sogno
dress: vestito abito
drink: bere
drive drove driver drivers driving: guida autista conducente
drug drugs: droga farmaco
dry drought: siccità
duration last lasted lasts: durata dura durato
early: presto
earn earned earns salary wage wages: stipendio ingaggio guadagna
earthquake: terremoto
east: est
eat: mangia
economy economic: economia economico
edition: edizione
effect: effetto
elect elected election elections: elezioni eletto elezione
employee employees worker workers staff: dipendenti lavoratori operai
end ended ends finish finished: fine finisce finito termina
enemy: nemico
energy: energia
engine: motore
england english: inghilterra inglese
enter entered: entra entrato
europe european: europa europeo
evening: sera
event events: evento
exam: esame
exhibition: mostra
expect expected: previsto atteso
expensive: caro costoso
expert: esperto
explain explained explains: spiega spiegato
explosion exploded: esplosione
export exports: esportazioni
extend extended extension renew renewed renewal: rinnovo rinnovato prolungato
face faces: affronta faccia
factory plant: fabbrica stabilimento
fail failed: fallito
family: famiglia
famous: famoso
fan fans supporters: tifosi tifoso
farm farmer farmers: agricoltore azienda agricola
father: padre
february: febbraio
federation: federazione
fee: commissione cifra
female woman women: donna donne femminile
festival: festival
field pitch: campo
fight: lotta
film movie: film
final: finale
finance financial: finanziario finanza
fine fined: multa
firefighter firefighters: vigili fuoco pompieri
first: primo prima
fish: pesce
flag: bandiera
flight flights: volo
flood flooded floods: alluvione allagato
flower: fiore
fly flew: vola
food: cibo
foot: piede
football soccer: calcio
force: forza
foreign foreigner: straniero
forest wood: bosco foresta
former: ex
formation lineup: formazione
found founded founder: fondato fondatore
france french: francia francese
free: gratis libero
friday: venerdì
friend friends: amico
front: fronte
fund funding funds: fondi fondo finanziamento
future: futuro
game games match matches fixture: partita gara
garden: giardino
gas: gas
general: generale
germany german: germania tedesco
get got: ottiene
gift: regalo
girl girlfriend: ragazza fidanzata
give gave given: dà dato
goal goals: gol rete reti
goalkeeper keeper: portiere
gold: oro
good: buono
government: governo
group: gruppo girone
grow grew growth: crescita cresciuto
guest: ospite
half: metà tempo
hand: mano
happen happened happens: succede successo accaduto
harbor harbour port: porto
hat: cappello
head: testa
health: salute sanità
heart: cuore
heat: caldo
height high tall: altezza alto
help helped: aiuto aiuta
hero: eroe
hide hidden: nascosto
hill: collina
hire hired: assunto
history: storia
hit hits: colpito
hold held: tiene
holiday vacation: vacanza ferie
home: casa
hope hopes: spera speranza
horse: cavallo
hospital: ospedale
host hosted hosts: ospita
hot: caldo
hotel: albergo hotel
hour hours: ore ora
house houses: casa
hundred: cento
hurt injured injury injuries wounded: ferito infortunio infortunato feriti
husband: marito
import imports: importazioni
important: importante
improve improved: migliora
include included includes: comprende include
increase increased rise rose raise raised: aumento aumentato crescita
inhabitants population residents: abitanti popolazione
inside: dentro
instead: invece
institution: istituzione ente
insurance: assicurazione
interest interested: interesse interessa
interview: intervista
introduce introduced: introdotto
invent invented inventor: inventato inventore
invest invested investment investor: investimento investito
investigation investigate investigated probe: indagine inchiesta
invite invited: invitato
island: isola
issue: problema
italy italian: italia italiano
jail prison: carcere prigione
january: gennaio
jersey shirt: maglia
job work works worked working: lavoro lavora
join joined joins: entra arriva
joke: battuta scherzo
journalist reporter: giornalista
judge: giudice
july: luglio
june: giugno
jump: salto
keep kept: mantiene
key: chiave
kick: calcio
king: re
knee: ginocchio
knife: coltello
know known knows: sa conosciuto noto
lake: lago
land: terra terreno
language: lingua
large larger largest: grande
late: tardi
later: dopo
launch launched: lancio lanciato
law: legge
lawyer: avvocato
lead led leader leads: guida leader
league: lega campionato
learn learned: impara
leave left leaves: lascia lasciato
leg: gamba
lend loan loaned: prestito
letter: lettera
level: livello
liberation: liberazione
library: biblioteca
lie: bugia
life live lived lives living: vita vive vissuto
light: luce
line: linea
list: elenco lista
listen: ascolta
local: locale
located location place: luogo posto trova
long: lungo
look: guarda
love: amore
low: basso
luck: fortuna
main: principale
make made makes: fa fatto
male man men: uomo uomini
many: molti
march: marzo
market transfer: mercato trasferimento
marry married marriage wedding: matrimonio sposato nozze
may: maggio
mayor: sindaco sindaca
meal: pasto
measure measures: misura
meat: carne
media: media
medicine: medicina
meet met meeting: incontro incontra riunione
member members: membro membri
memory: memoria
message: messaggio
midfielder: centrocampista
military: militare
milk: latte
million millions: milioni
billion billions: miliardi
minister ministry: ministro ministero
minute minutes: minuti minuto
miss missed: sbagliato saltato
mistake error: errore
monday: lunedì
money: soldi denaro
month months: mese mesi
morning: mattina
mother: madre
motorway highway: autostrada
mountain: montagna monte
mouth: bocca
move moved moves: trasferito sposta
murder murdered: omicidio ucciso
museum: museo
music: musica
musician: musicista
national: nazionale
near: vicino
need needs needed: serve bisogno
negotiate negotiation negotiations talks: trattativa negoziati
neighbor neighbour: vicino
never: mai
new: nuovo nuova
news: notizia
newspaper: giornale
next: prossimo prossima
nickname nicknamed: soprannome
night: notte
north: nord
november: novembre
number: numero
nurse: infermiere
object: oggetto
occur occurred: avvenuto
october: ottobre
offer offered offers bid: offerta offre
office: ufficio
official: ufficiale
oil: petrolio olio
old: vecchio
open opened opens opening: apre aperto apertura inaugurazione
operation: operazione
opponent opposition rival: avversario opposizione
order ordered: ordine ordinato
organize organized organise organised: organizza organizzato
origin: origine
outside: fuori
owner owns own owned: proprietario proprietà
page: pagina
paint painter painting: pittore dipinto quadro
paper: carta
parent parents: genitori
park: parco
parliament: parlamento
part: parte
partner: compagno partner
party: partito festa
pass passed passes: passa passaggio
passenger passengers: passeggeri
past: passato
patient patients: paziente
pay paid pays payment: paga pagato pagamento
peace: pace
pedestrian: pedone
penalty penalties: rigore rigori
pension retire retired retirement retires: pensione ritiro ritirato
people: persone
percent percentage: percento percentuale
person: persona
phone telephone: telefono
photo photograph picture: foto
pilot: pilota
plan planned plans: piano progetto
planet: pianeta
play played plays player players: giocatore gioca giocato calciatore
point points: punti punto
police officer: polizia carabinieri agente
politician politics political: politico politica
pollution: inquinamento
pool: piscina
poor poverty: povero povertà
pope: papa
position role: ruolo posizione
possible: possibile
postpone postponed: rinviato posticipato
power: potere potenza
predict predicted: prevede
prefer: preferisce
present presented: presenta presentato
press: stampa
prime premier: premier primo
prince princess: principe principessa
problem: problema
produce produced producer production: produce prodotto produzione
professor teacher teachers: professore insegnante docente
program programme: programma
project: progetto
promise promised: promesso promette
promote promoted promotion: promozione promosso
propose proposed proposal: proposta proposto
prosecutor: procuratore pubblico
protect protected: protegge
protest protested protests: protesta
province: provincia
public: pubblico
publish published: pubblicato
publisher: editore
queen: regina
quit resign resigned resignation resigns: dimissioni dimesso
race: corsa gara
radio: radio
railway train trains: treno ferrovia
rain: pioggia
rank ranking standings: classifica
rate: tasso
reach reached: raggiunge raggiunto
read: legge letto
reason: motivo ragione
receive received: riceve ricevuto
recipe: ricetta
record: record
recover recovered recovery: recupero
red: rosso
referee: arbitro
refuse refused reject rejected: rifiuta rifiutato
region: regione
relegated relegation: retrocessione retrocesso
release released: rilasciato uscita
remain remained stay stayed: resta rimane
remember: ricorda
remove removed: rimosso
replace replaced replaces replacement: sostituisce sostituito
reply answer: risposta
report reported: riferisce rapporto
request requested: richiesta
rescue rescued save saved: salvato soccorso
research researcher researchers: ricerca ricercatori
responsible: responsabile
rest: riposo
restaurant: ristorante
result score: risultato punteggio
return returned returns back: torna ritorno tornato
reveal revealed reveals: rivela
revenue turnover: ricavi fatturato
rich: ricco
right: destra diritto
ring: anello
risk: rischio
river: fiume torrente
road street: strada via
rob robbed robbery theft stolen steal: furto rapina rubato
roof: tetto
room: stanza
round: turno
rule: regola
run runs ran: corre
russia russian: russia russo
sale sell sold sells: vendita venduto vende
saturday: sabato
say said says told: dice detto
school: scuola
science scientist scientists: scienza scienziati
score scored scores scorer: segna segnato gol
screen: schermo
sea: mare
season: stagione
seat seats: posti
second: secondo
secretary: segretario
section: sezione
security safety: sicurezza
see saw seen: vede visto
seek: cerca
semifinal: semifinale
send sent: inviato
senior: anziano
sentence sentenced: condanna condannato
september: settembre
series: serie
serve served: serve
service: servizio
share shares: quota azioni
shareholder: azionista
ship: nave
shoot shooting shot: sparatoria tiro sparato
shop store: negozio
short: breve
show: spettacolo
sign signed signs signing: firma firmato acquisto
sing sang singer sings: canta cantante
single: unico
sister: sorella
situation: situazione
size: dimensione
ski skiing: sci
sleep: dorme
slogan: slogan
small: piccolo
smoke: fumo
snow: neve
soldier soldiers: soldato militari
son: figlio
song: canzone
south: sud
space: spazio
spain spanish: spagna spagnolo
speak speaks spoke speech talk: parla discorso
special: speciale
speed: velocità
spend spent: speso spende
spokesperson spokesman spokeswoman: portavoce
sponsor: sponsor
sport sports sporting: sport sportivo
spring: primavera
stadium stadiums: stadio
stage: tappa
stand: tribuna
star: stella
state: stato
station: stazione
statue: statua
step: passo
stop stopped: ferma fermato
story: storia
striker forward: attaccante punta
strike: sciopero
strong: forte
student students pupil: studente studenti
study: studio
style: stile
subject: tema
succeed success: successo
suffer suffered: subito
suggest suggested: suggerisce
suicide: suicidio
summer: estate
sunday: domenica
supermarket: supermercato
support: sostegno
surgery: intervento operazione
surname: cognome
survey poll: sondaggio
survive survived survivor: sopravvissuto
suspect: sospettato
swim swimmer swimming: nuoto
symbol: simbolo
symptom: sintomo
system: sistema
table: tavolo classifica
take took taken: prende preso
tax taxes: tassa tasse
technology: tecnologia
television tv: televisione tv
temperature: temperatura
tennis: tennis
term: mandato
terrorist: terrorista
test: test prova
theater theatre: teatro
think thinks thought: pensa
threat threaten threatened: minaccia
thursday: giovedì
ticket tickets: biglietto biglietti
time: tempo ora
title: titolo scudetto
today: oggi
tomorrow: domani
tooth: dente
top: cima
total: totale
tour: tour
tourism tourist tourists: turisti turismo
tournament: torneo
tower: torre
trade: commercio
traffic: traffico
train trained training: allenamento
translate: traduce
transport: trasporto
travel travelled trip journey: viaggio
treat treated treatment: cura trattamento
treaty: trattato
tree trees: albero alberi
trial: processo
trophy: trofeo
truck lorry: camion tir
trust: fiducia
try tried: prova tenta
tuesday: martedì
tunnel: galleria
under: sotto
union: unione sindacato
united: uniti
states: stati
kingdom: regno
university: università
unknown: sconosciuto
unemployment: disoccupazione
use used uses: usa usato
vaccine: vaccino
value valued worth: valore valutazione vale
vehicle: veicolo
victim victims: vittima vittime
victory win won wins winner: vince vinto vittoria vincitore
video: video
village: villaggio paese
violence: violenza
visit visited visitor visitors: visita visitatori
vote voted votes: voto votato
wait: attende
walk: cammina
wall: muro
want wants wanted: vuole
war: guerra
warn warned: avverte
waste garbage: rifiuti
watch watched: guarda
water: acqua
way: modo
weapon weapons: arma armi
weather: tempo meteo
website site: sito
wednesday: mercoledì
week weeks: settimana settimane
weekend: fine settimana
weigh weight: peso
west: ovest
white: bianco
wife: moglie
wind: vento
window: finestra
wine: vino
winger: esterno ala
winter: inverno
wolf wolves: lupo lupi
word words: parola
world: mondo mondiale
write wrote written: scrive scritto
year years: anno anni
ambassador: ambasciatore
amateur: dilettante
appearance: presenze
asylum: asilo
attempt: tentativo
basketball: basket pallacanestro
bench: panchina
blast: esplosione
block blocked: bloccato blocco
bond: obbligazione
bronze: bronzo
broadcaster: emittente
bullet: proiettile
candidate: candidato
casualty casualties: vittime
civilian: civili
clash: scontri
coached: allenato
commerce: commercio
community: comunità
consulate: consolato
contaminated: contaminato
customer: cliente
deadline: scadenza
detained detention: detenuto detenzione
digital: digitale
diplomatic: diplomatico
disaster: disastro
displaced: sfollati
drone: drone droni
embassy: ambasciata
episode: episodio puntata
eruption: eruzione
evacuate evacuated: evacuato
exchange: borsa scambio
expressed: espresso
favourite favorite: favorito preferito
flour: farina
flow: flusso
footage: filmato
free-kick: punizione
friendly: amichevole
gather: raduno
grant: concede
gun: pistola
hostage: ostaggio
involved: coinvolto
layoffs: licenziamenti
maximum: massimo
minimum: minimo
missile: missile missili
movement: movimento
network: rete
nonprofit: associazione
nuclear: nucleare
original: originale
pandemic: pandemia
permission permit: permesso
pitch: campo
polling: seggi
presidential: presidenziali
private: privato
raid: raid
rally: comizio
rebel: ribelli
recent: recente
reform: riforma
refugee: profughi rifugiati
regime: regime
repatriation: rimpatrio
restored: ripristinato
sanction: sanzioni
schedule: calendario programma
senator: senatore
shoe: scarpe
signature: firma
six: sei
seven: sette
eight: otto
nine: nove
ten: dieci
two: due
three: tre
four: quattro
five: cinque
silver: argento
squad: rosa squadra
stock: azioni borsa
streaming: streaming
substitute: riserva sostituto
target: obiettivo bersaglio
troops: truppe
unit: unità
viewer: spettatori telespettatori
volcano volcanic: vulcano
wing: ala
witness: testimone
africa african: africa africano
america american: america americano
argentina argentine: argentina
austria austrian: austria
belgium belgian: belgio
brazil brazilian: brasile
britain british: gran bretagna britannico
canada canadian: canada
china chinese: cina cinese
croatia croatian: croazia
denmark danish: danimarca
egypt egyptian: egitto
florence: firenze
geneva: ginevra
greece greek: grecia greco
hungary hungarian: ungheria
iceland icelandic: islanda
iranian: iran iraniano
ireland irish: irlanda
israeli: israele israeliano
japan japanese: giappone giapponese
lebanon lebanese: libano
lisbon: lisbona
london: londra
mexico mexican: messico
morocco moroccan: marocco
moscow: mosca
naples: napoli
netherlands dutch: olanda paesi bassi
norway norwegian: norvegia
paris: parigi
poland polish: polonia
portugal portuguese: portogallo
romania romanian: romania
rome: roma
scotland scottish: scozia
serbia serbian: serbia
sweden swedish: svezia
switzerland swiss: svizzera
syria syrian: siria
tehran: teheran
turin: torino
turkey turkish: turchia
ukraine ukrainian: ucraina
venice: venezia
vienna: vienna
wales welsh: galles
yellow: giallo
yesterday: ieri
young youth: giovane giovani giovanili
"""


def _read_dictionary(lines: str) -> dict[str, tuple[str, ...]]:
    entries: dict[str, tuple[str, ...]] = {}
    for line in lines.strip().splitlines():
        english, italian = line.split(":")
        for word in english.split():
            entries[word] = tuple(dict.fromkeys((*entries.get(word, ()), *italian.split())))
    return entries


_ITALIAN = _read_dictionary(_DICTIONARY)


def is_english(words: Sequence[str]) -> bool:
    """True if the folded words of a question are English.

    A question word counts as one function word, and as two where it comes first; Italian stop words count against.
    """
    english = [word for word in words if word in _ONLY_ENGLISH or word in _QUESTION_WORDS]
    italian = [word for word in words if is_stop_word(word) and word not in ENGLISH_STOP_WORDS]
    score = len(english) + (words[0] in _QUESTION_WORDS if words else 0)
    return score >= 2 and score > len(italian)


def is_english_stop_word(folded: str) -> bool:
    """True for English words that say nothing of a subject."""
    return folded in ENGLISH_STOP_WORDS


def italian_words(folded: str) -> tuple[str, ...]:
    """Return what an English word may be in Italian, likeliest first; empty if the dictionary holds neither it nor its basic form."""
    bases = (folded.removesuffix(ending) for ending in ("", "s", "es", "ed", "d", "ing") if folded.endswith(ending))
    return next((_ITALIAN[base] for base in bases if base in _ITALIAN), ())
