//! What the Züs face refuses. The texts are its own, letter by letter (zus.md).

/// Why a caller is not known by his headers.
///
/// ```
/// use vouchsafe_types::error::{ApiError, SignatureFault};
///
/// let fault = SignatureFault::Missing(vec!["ClientID", "AppType"]);
/// assert_eq!(fault.to_string(), "Invalid header parameter. [{ClientID  required } {AppType  required }]");
/// assert_eq!(ApiError::InvalidHeader { fault }.code(), "invalid_header");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureFault {
    /// These are absent or empty.
    #[error("Invalid header parameter. {}", required(.0))]
    Missing(Vec<&'static str>),
    /// One is there and cannot be read.
    #[error("Invalid header parameter.")]
    Malformed,
    /// Key, client id and signature do not belong together.
    #[error("Invalid signature.")]
    Invalid,
    /// The key is of a kind that cannot be verified here.
    #[error("Unsupported signature scheme.")]
    Unsupported,
    /// The anti-CSRF token is absent, forged or old.
    #[error("Invalid csrf token.")]
    Csrf,
    /// The request was signed too long ago, or in the future.
    #[error("Stale request.")]
    Stale,
    /// The request was made before.
    #[error("Replayed request.")]
    Replayed,
}

/// Why a share ticket, a share info or a share request is refused.
///
/// ```
/// use vouchsafe_types::error::{ApiError, TicketFault};
///
/// let fault = TicketFault::Encoding(7);
/// assert_eq!(fault.to_string(), "illegal base64 data at input byte 7");
/// assert_eq!(ApiError::from(fault).code(), "ticket_refused");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TicketFault {
    /// These parameters are absent or empty.
    #[error("invalid_body: Invalid body parameter. {}", required(.0))]
    Missing(Vec<&'static str>),
    /// The body cannot be read, or a parameter of it is of the wrong type.
    #[error("invalid_body: Invalid body parameter.")]
    Body,
    /// A text is longer than it may be.
    #[error("invalid params: value too long")]
    TooLong,
    /// A text holds what not every database keeps.
    #[error("invalid params: value holds a NUL character")]
    Nul,
    /// `limit` or `offset` is no number that it may be.
    #[error("invalid params: limit and offset must be non-negative integers")]
    Page,
    /// Neither of the two kinds of share.
    #[error("invalid params: share_info_type must be public or private")]
    Kind,
    /// It is not said what to delete.
    #[error("invalid params: pass atleast one of lookuphash or authticket")]
    NothingNamed,
    /// It is not said which share.
    #[error("invalid params: lookup_hash is required")]
    HashMissing,
    /// The ticket is no base64; the index of the first byte that is wrong.
    #[error("illegal base64 data at input byte {0}")]
    Encoding(usize),
    /// The ticket is no JSON object, or a field of it is of the wrong type.
    #[error("invalid_ticket: auth_ticket is not a valid ticket")]
    Malformed,
    /// The ticket does not say whose or what it is.
    #[error("share_info_insert_fail: error getting lookupHash from auth_ticket")]
    Incomplete,
    /// Neither file nor directory.
    #[error("invalid_ticket: unknown reference_type")]
    ReferenceType,
    /// The ticket has ended, or ends before it begins.
    #[error("invalid_parameters: Invalid auth ticket. Expired ticket")]
    Expired,
    /// The ticket was issued in the future.
    #[error("invalid_parameters: Invalid auth ticket. Timestamp in future")]
    Future,
    /// The ticket is not signed by its owner.
    #[error("invalid_parameters: Invalid auth ticket. Signature verification failed")]
    Signature,
    /// The account of the caller is not there, or the key is not his.
    #[error("404: User not found")]
    UserNotFound,
    /// Nobody has the owner's client id.
    #[error("404: owner not found")]
    OwnerNotFound,
    /// Nobody has the receiver's client id.
    #[error("404: receiver not found")]
    ReceiverNotFound,
    /// There is no such share request.
    #[error("404: share request not found")]
    RequestNotFound,
    /// The caller has published nothing of that hash.
    #[error("share_not_found: Public share not found")]
    PublicNotFound,
    /// A private ticket is shared by its owner only.
    #[error("unauthorized: only the file owner can share this ticket")]
    NotTheOwner,
    /// A share request is answered by its owner only.
    #[error("unauthorized: only the owner can update this share request")]
    NotToUpdate,
    /// A share request is deleted by the two whom it concerns.
    #[error("unauthorized: only the requester or the owner can delete this share request")]
    NotToDelete,
    /// A program that acts for somebody does not share for him.
    #[error("unauthorized: only a session of the user's own can do this")]
    NotInPerson,
    /// One does not ask oneself.
    #[error("invalid params: cannot request your own file")]
    OwnFile,
    /// The ticket of a request is about something else.
    #[error("invalid params: auth_ticket does not match owner_id or lookup_hash")]
    NotAsNamed,
    /// The ticket of an answer is about something else.
    #[error("invalid params: auth_ticket does not match this share request")]
    NotAsAsked,
    /// There is no ticket to approve with.
    #[error("invalid params: auth_ticket is required to approve")]
    TicketRequired,
    /// No filter by this status.
    #[error("invalid status")]
    StatusFilter,
    /// No answer to a request.
    #[error("invalid status: status must be approved or declined")]
    Status,
    /// The request has its answer.
    #[error("invalid status: status is in final state")]
    Final,
    /// The same was asked and waits for an answer.
    #[error("request_already_created: share request is already pending")]
    AlreadyPending,
    /// The same was asked and approved, and is still shared.
    #[error("request_already_approved: share request is already approved")]
    AlreadyApproved,
    /// The same was asked and declined twice.
    #[error("request_already_declined: re-request limit reached")]
    AlreadyDeclined,
    /// Too many requests by one person in one day.
    #[error("request_limit_reached: too many share requests today")]
    TooManyToday,
}

impl From<TicketFault> for super::ApiError {
    fn from(fault: TicketFault) -> Self {
        Self::TicketRefused { fault }
    }
}

impl From<SignatureFault> for super::ApiError {
    fn from(fault: SignatureFault) -> Self {
        Self::InvalidHeader { fault }
    }
}

/// COMPAT(zus): as Go prints a list of structs, with the gap of an empty value in each.
fn required(names: &[&str]) -> String {
    let groups: Vec<String> = names.iter().map(|name| format!("{{{name}  required }}")).collect();
    format!("[{}]", groups.join(" "))
}
