"""The part of GitLab's GraphQL schema that this GitLab has, in GitLab's own names and types.

Queries are validated against it, so a field or an argument that GitLab does not have fails here too.
"""

SCHEMA = """
scalar Time
scalar WorkItemID
scalar IssueID
scalar NoteID
scalar NoteableID
scalar UserID
scalar MilestoneID
scalar NamespaceID
scalar Date

enum IssueType { ISSUE INCIDENT TASK EPIC OBJECTIVE KEY_RESULT TICKET }
enum WorkItemSort { CREATED_ASC CREATED_DESC UPDATED_ASC UPDATED_DESC }
enum WorkItemState { OPEN CLOSED }
enum HealthStatus { onTrack needsAttention atRisk }
enum NotesFilterType { ALL_NOTES ONLY_COMMENTS ONLY_ACTIVITY }
enum WorkItemWidgetType { LABELS MILESTONE START_AND_DUE_DATE WEIGHT HEALTH_STATUS ASSIGNEES NOTES }

type Query {
  namespace(fullPath: ID!): Namespace
  workItem(id: WorkItemID!): WorkItem
  issue(id: IssueID!): Issue
}

type Mutation {
  createNote(input: CreateNoteInput!): CreateNotePayload
  updateNote(input: UpdateNoteInput!): UpdateNotePayload
  destroyNote(input: DestroyNoteInput!): DestroyNotePayload
}

input CreateNoteInput { noteableId: NoteableID! body: String! internal: Boolean clientMutationId: String }
input UpdateNoteInput { id: NoteID! body: String clientMutationId: String }
input DestroyNoteInput { id: NoteID! clientMutationId: String }
type CreateNotePayload { errors: [String!]! note: Note }
type UpdateNotePayload { errors: [String!]! note: Note }
type DestroyNotePayload { errors: [String!]! note: Note }

type Namespace {
  id: NamespaceID!
  fullPath: ID!
  workItem(iid: String!): WorkItem
  workItems(
    types: [IssueType!]
    includeDescendants: Boolean = false
    updatedAfter: Time
    sort: WorkItemSort = CREATED_ASC
    first: Int
    after: String
  ): WorkItemConnection
}

type PageInfo { hasNextPage: Boolean! endCursor: String }
type WorkItemConnection { pageInfo: PageInfo! nodes: [WorkItem] }

type WorkItem {
  id: WorkItemID!
  iid: String!
  title: String!
  state: WorkItemState!
  confidential: Boolean!
  webUrl: String
  createdAt: Time!
  updatedAt: Time!
  closedAt: Time
  workItemType: WorkItemType!
  namespace: Namespace
  userPermissions: WorkItemPermissions!
  widgets(onlyTypes: [WorkItemWidgetType!]): [WorkItemWidget!]
}

type WorkItemType { name: String! }
type WorkItemPermissions { createNote: Boolean! updateWorkItem: Boolean! markNoteAsInternal: Boolean! }

interface WorkItemWidget { type: WorkItemWidgetType }
type WorkItemWidgetLabels implements WorkItemWidget { type: WorkItemWidgetType labels: LabelConnection }
type WorkItemWidgetMilestone implements WorkItemWidget { type: WorkItemWidgetType milestone: Milestone }
type WorkItemWidgetStartAndDueDate implements WorkItemWidget { type: WorkItemWidgetType dueDate: Date }
type WorkItemWidgetWeight implements WorkItemWidget { type: WorkItemWidgetType weight: Int }
type WorkItemWidgetHealthStatus implements WorkItemWidget { type: WorkItemWidgetType healthStatus: HealthStatus }
type WorkItemWidgetAssignees implements WorkItemWidget { type: WorkItemWidgetType assignees: UserConnection }
type WorkItemWidgetNotes implements WorkItemWidget {
  type: WorkItemWidgetType
  discussions(filter: NotesFilterType = ALL_NOTES, first: Int, after: String): DiscussionConnection
}

type LabelConnection { nodes: [Label] }
type Label { title: String! }
type Milestone { id: MilestoneID! title: String! dueDate: Time }
type UserConnection { nodes: [User] }
type User { id: UserID! username: String! name: String! }
type DiscussionConnection { pageInfo: PageInfo! nodes: [Discussion] }
type Discussion { notes: NoteConnection! }
type NoteConnection { nodes: [Note] }
type Note { id: NoteID! body: String! internal: Boolean createdAt: Time! updatedAt: Time! author: User }

type Issue { id: ID! iid: ID! projectId: Int! movedTo: Issue }
"""
