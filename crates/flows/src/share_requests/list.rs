//! Lists of requests.

use crate::{Caller, Fault, Page, Side, Vouchsafe};
use vouchsafe_store::{AccessRequest, AccessRequestFilter, RequestStatus};

/// Which requests are wanted.
#[derive(Debug, Clone)]
pub struct RequestQuery {
    /// Put to the caller, or made by him.
    pub side: Side,
    /// The client id of the other one.
    pub other: Option<String>,
    /// About this only.
    pub lookup_hash: Option<String>,
    /// Of this status only.
    pub status: Option<RequestStatus>,
    /// Which part of the list.
    pub page: Page,
}

impl Vouchsafe {
    /// Requests that were put to the caller, or that he made, newest first.
    ///
    /// # Errors
    /// Storage's own trouble.
    pub fn list_share_requests(&self, caller: &Caller, query: &RequestQuery) -> Result<Vec<AccessRequest>, Fault> {
        let all = AccessRequestFilter {
            app_type: caller.app_type.as_str().to_owned(),
            lookup_hash: query.lookup_hash.clone(),
            status: query.status,
            ..AccessRequestFilter::default()
        };
        let other = query.other.clone();
        let filter = match query.side {
            Side::Owner => AccessRequestFilter { owner: Some(caller.party()), client_id: other, ..all },
            Side::Receiver => AccessRequestFilter { requester: Some(caller.party()), owner_client_id: other, ..all },
        };
        self.read(|tx| Ok(tx.list_access_requests(&filter, query.page.offset, query.page.limit)?))
    }
}
