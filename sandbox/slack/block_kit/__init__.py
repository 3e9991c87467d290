"""Block Kit's rules, said once: shapes as strict models, the rest in `rules`, judged through `check`.

Limits are those of docs.slack.dev/reference/block-kit. An optional field may be left out but never be null.
"""
