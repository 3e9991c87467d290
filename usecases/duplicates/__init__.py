"""Find gaps that are the same thing in other words: candidates by an index, their order by a comparison of words."""
