"""What the feature reader looks at, in the order in which it comes about.

`token_classes` and `sentence_table` lay out the words of the passages; `question_shape` says how the question asks; `matching`,
`coverage` and `answer_marks` compare the two, weighing words by `background`; `evidence` holds it all. `sentence_features`,
`span_candidates` and `span_features` turn it into columns, `trees` judge them, `confidence` says how far to believe it.
"""
