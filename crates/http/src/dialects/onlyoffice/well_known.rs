//! Ids that stand for the same on every server.

use uuid::{Uuid, uuid};
use vouchsafe_flows::SubjectId;

/// Every active user.
pub(super) const EVERYONE: Uuid = uuid!("c5cc67d1-c3e8-43c0-a3ad-3928ae3e5b5e");

/// The default link of a file.
pub(super) const DEFAULT_LINK: Uuid = uuid!("d77bd6af-828b-41f5-84ed-7ffe2565b13a");

/// What has no meaning here, or must not be set: nobody, the administrators, all full users, all guests, and the two
/// restrictions, which are no shares.
const PASSED_OVER: [Uuid; 6] = [
    Uuid::nil(),
    uuid!("cd84e66b-b803-40fc-99f9-b2969a54a1de"),
    uuid!("abef62db-11a8-4673-9d32-ef1d8af19dc0"),
    uuid!("aced04fa-dd96-4b35-af3e-346bf1eb972d"),
    uuid!("ee7a7468-cda5-4f8b-afdb-f4e42c318eb6"),
    uuid!("aafd9c26-9686-4996-9665-35ca72721c4c"),
];

/// Whom an id stands for; `None` for what is passed over.
pub(super) fn subject(id: Uuid) -> Option<SubjectId> {
    match id {
        EVERYONE => Some(SubjectId::Everyone),
        DEFAULT_LINK => Some(SubjectId::DefaultLink),
        id if PASSED_OVER.contains(&id) => None,
        id => Some(SubjectId::Id(id)),
    }
}
