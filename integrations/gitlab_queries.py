"""What we ask GitLab's GraphQL for: only what REST cannot say. Each operation has a name, which GitLab's logs keep."""

_ITEM = """
fragment Item on WorkItem {
  id iid title state confidential webUrl updatedAt closedAt
  workItemType { name }
  namespace { id fullPath }
  widgets {
    ... on WorkItemWidgetLabels { labels { nodes { title } } }
    ... on WorkItemWidgetMilestone { milestone { id title dueDate } }
    ... on WorkItemWidgetStartAndDueDate { dueDate }
    ... on WorkItemWidgetWeight { weight }
    ... on WorkItemWidgetHealthStatus { healthStatus }
    ... on WorkItemWidgetAssignees { assignees { nodes { username name } } }
  }
}
"""

ITEM = (
    """
query gapbotItem($path: ID!, $iid: String!) {
  namespace(fullPath: $path) { workItem(iid: $iid) { ...Item } }
}
"""
    + _ITEM
)

ITEMS = (
    """
query gapbotItems($path: ID!, $since: Time!, $first: Int!, $after: String) {
  namespace(fullPath: $path) {
    workItems(
      types: [EPIC], includeDescendants: true, updatedAfter: $since, sort: UPDATED_ASC, first: $first, after: $after
    ) {
      pageInfo { hasNextPage endCursor }
      nodes { ...Item }
    }
  }
}
"""
    + _ITEM
)

MAY_HIDE = """
query gapbotMayHide($id: WorkItemID!) {
  workItem(id: $id) { userPermissions { markNoteAsInternal } }
}
"""

MOVED_TO = """
query gapbotMovedTo($id: IssueID!) {
  issue(id: $id) { movedTo { iid projectId } }
}
"""

NOTES = """
query gapbotNotes($id: WorkItemID!, $after: String) {
  workItem(id: $id) {
    widgets(onlyTypes: [NOTES]) {
      ... on WorkItemWidgetNotes {
        discussions(filter: ONLY_COMMENTS, first: 100, after: $after) {
          pageInfo { hasNextPage endCursor }
          nodes { notes { nodes { id body internal updatedAt author { id } } } }
        }
      }
    }
  }
}
"""

ADD_NOTE = """
mutation gapbotAddNote($id: NoteableID!, $body: String!) {
  createNote(input: {noteableId: $id, body: $body, internal: true}) {
    errors
    note { id body internal updatedAt author { id } }
  }
}
"""

CHANGE_NOTE = """
mutation gapbotChangeNote($id: NoteID!, $body: String!) {
  updateNote(input: {id: $id, body: $body}) {
    errors
    note { id body internal updatedAt author { id } }
  }
}
"""

DELETE_NOTE = """
mutation gapbotDeleteNote($id: NoteID!) {
  destroyNote(input: {id: $id}) { errors }
}
"""
