"""The shapes of Salesforce's answers to queries. Whatever does not have its shape raises `ValueError` or `KeyError`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.directory import DirectoryRefused
from integrations.salesforce_errors import answer_error

_OK = 200
_CURSOR = re.compile(r"/services/data/v\d{2,3}\.\d/query(?:All)?/[A-Za-z0-9-]{1,80}")


@dataclass(frozen=True, slots=True, repr=False)
class Batch:
    """Some rows of an answer, how many the whole answer has, and where the next ones are."""

    rows: Sequence[Mapping[str, Any]]
    total: int
    next_path: str | None


def read_batch(answer: Mapping[str, Any]) -> Batch:
    """Read an answer to a query; raise `DirectoryRefused` when its next part is anywhere but at the query API."""
    next_path = None if answer["done"] else str(answer["nextRecordsUrl"])
    if next_path is not None and not _CURSOR.fullmatch(next_path):
        raise DirectoryRefused("Salesforce sent us to another address in the middle of a read; I do not go there.")
    return Batch(rows=answer["records"], total=int(answer["totalSize"]), next_path=next_path)


def read_one_of_batch(answer: Any) -> Batch:
    """Read the answer to a batch of one query; an error inside it is raised like any other."""
    (only,) = answer["results"]
    if only["statusCode"] != _OK:
        raise answer_error(status=int(only["statusCode"]), body=only["result"])
    return read_batch(only["result"])
