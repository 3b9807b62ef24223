//! The catalogue: every refusal that a client can meet.
//!
//! A row is the whole truth: the variant, its code, HTTP status, fields and message come from it.

mod field;
mod forms;
#[cfg(test)]
mod tests;
mod zus;

pub use field::{FieldFault, RateLimit, Unnamed};
pub use zus::{SignatureFault, TicketFault};

use crate::quote::{q, q_list, q_or_undefined};
use field::Field;
use serde_json::{Map, Value};

/// One row of the catalogue, for the documentation.
///
/// ```
/// use vouchsafe_types::error::ApiError;
///
/// let rows = ApiError::catalogue();
/// let row = rows.iter().find(|row| row.code == "forbidden").unwrap();
/// assert_eq!((row.status, row.doc), (403, "The caller may not do this."));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CatalogueRow {
    /// The code.
    pub code: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// When it is answered.
    pub doc: &'static str,
}

macro_rules! catalogue {
    ($($(#[doc = $doc:literal])+ $name:ident { $($field:ident: $type:ty),* } => $code:literal, $status:literal, $message:expr;)+) => {
        /// A refusal that a client may know about.
        ///
        /// ```
        /// use vouchsafe_types::error::ApiError;
        ///
        /// let error = ApiError::FieldMissing { key: "path".into() };
        /// assert_eq!((error.code(), error.status()), ("field_missing", 400));
        /// assert_eq!(error.message(), "Field `path` is required.");
        /// assert_eq!(error.fields()["key"], "path");
        /// ```
        #[derive(Debug, Clone, PartialEq)]
        pub enum ApiError {
            $($(#[doc = $doc])+ $name {
                $(#[doc = concat!("The field `", stringify!($field), "`.")] $field: $type,)*
            },)+
        }

        impl ApiError {
            /// The code: never changes its meaning.
            ///
            /// ```
            /// use vouchsafe_types::error::ApiError;
            /// assert_eq!(ApiError::UserDoesNotExist { username: "eve".into() }.code(), "user_does_not_exist");
            /// ```
            #[must_use]
            pub const fn code(&self) -> &'static str {
                match self { $(Self::$name { .. } => $code,)+ }
            }

            /// The HTTP status.
            ///
            /// ```
            /// use vouchsafe_types::error::ApiError;
            /// assert_eq!(ApiError::TooManyRequests {}.status(), 429);
            /// ```
            #[must_use]
            pub const fn status(&self) -> u16 {
                match self { $(Self::$name { .. } => $status,)+ }
            }

            /// The sentence for a person.
            ///
            /// ```
            /// use vouchsafe_types::error::ApiError;
            /// let error = ApiError::UserDoesNotExist { username: "eve".into() };
            /// assert_eq!(error.message(), "The user `eve` does not exist.");
            /// ```
            #[must_use]
            #[allow(unused_variables, reason = "not every message names every field")]
            pub fn message(&self) -> String {
                match self { $(Self::$name { $($field),* } => $message,)+ }
            }

            /// The fields, without `code`; those that are not set are left out.
            ///
            /// ```
            /// use vouchsafe_types::error::ApiError;
            /// let fields = ApiError::invalid("limit", "1 to 1000", None).fields();
            /// assert_eq!(serde_json::Value::from(fields), serde_json::json!({"key": "limit", "expected": "1 to 1000"}));
            /// ```
            #[must_use]
            pub fn fields(&self) -> Map<String, Value> {
                match self { $(Self::$name { $($field),* } => {
                    let fields: Vec<(&str, Option<Value>)> = vec![$((stringify!($field), $field.json())),*];
                    fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
                })+ }
            }

            /// Every row, in the order of the source.
            ///
            /// ```
            /// use vouchsafe_types::error::ApiError;
            /// assert!(ApiError::catalogue().iter().any(|row| (row.code, row.status) == ("conflict", 409)));
            /// ```
            #[must_use]
            pub fn catalogue() -> Vec<CatalogueRow> {
                vec![$(CatalogueRow { code: $code, status: $status, doc: concat!($($doc),+).trim_ascii() },)+]
            }
        }
    };
}

fn invalid(key: &str, expected: Option<&str>, got: Option<&str>) -> String {
    let expected = expected.map(|e| format!(" Expected {e}.")).unwrap_or_default();
    let got = got.map(|g| format!(" Got {g}.")).unwrap_or_default();
    format!("Field {} is invalid.{expected}{got}", q(key))
}

catalogue! {
    /// An internal failure; the reference in `X-Request-Id` finds it in the log.
    Internal {} => "internal_error", 500, "An internal error occurred.".to_owned();
    /// A failure that nobody foresaw.
    UnknownError {} => "unknown_error", 500, "An unknown error occurred".to_owned();
    /// The database or another part is away for a moment; try again.
    Unavailable {} => "unavailable", 503, "The service is temporarily unavailable.".to_owned();
    /// A type-tagged object cannot be read.
    FormatError { message: String } => "format_error", 400, format!("format error: {message}");
    /// Something went wrong that has no code of its own yet.
    TempError { message: String } => "temp_error", 400, format!("error: {message}");
    /// A type-tagged object is of a type that does not belong there.
    DisallowedThing { thing: String, accepted: Vec<String> } => "disallowed_thing", 400, {
        let list = if accepted.is_empty() { String::new() } else { format!("; accepted types are: {}", q_list(accepted)) };
        format!("Request contained a {0} in a place where {0} isn't accepted{list}.", q(thing.as_str()))
    };
    /// The token of a share link is malformed, forged, expired, or its share is gone.
    InvalidToken {} => "invalid_token", 400, "Invalid token".to_owned();
    /// A token other than that of a share link is malformed.
    TokenInvalid {} => "token_invalid", 400, "Invalid token.".to_owned();
    /// A required field is absent.
    FieldMissing { key: String } => "field_missing", 400, format!("Field {} is required.", q(key.as_str()));
    /// A required field is there, but empty.
    FieldEmpty { key: String } => "field_empty", 400, format!("Field {} is required.", q(key.as_str()));
    /// Several required fields are absent.
    FieldsMissing { keys: Vec<String>, unnamed: Unnamed } => "fields_missing", 400,
        format!("The following fields are required but missing: {}{unnamed}.", q_list(keys));
    /// A field has a wrong type or value.
    FieldInvalid { key: String, expected: Option<String>, got: Option<String> } => "field_invalid", 400,
        invalid(key, expected.as_deref(), got.as_deref());
    /// Several fields have wrong types or values.
    FieldsInvalid { errors: Vec<FieldFault>, unnamed: Unnamed } => "fields_invalid", 400, {
        let texts: Vec<String> = errors.iter().map(|e| invalid(&e.key, e.expected.as_deref(), e.got.as_deref())).collect();
        format!("The following validation errors occurred: {}{unnamed}", texts.join(", "))
    };
    /// An element of a list has errors of its own.
    FieldErrors { key: String, errors: Vec<String> } => "field_errors", 400,
        format!("The value for {} has the following errors: {}", q(key.as_str()), errors.join("; "));
    /// A path is relative to something that the server does not know.
    UnresolvedRelativePath { path: String } => "unresolved_relative_path", 400, format!(
        "Unresolved relative path: {}. You may need to specify a full path starting with '/'.", q(path.as_str()));
    /// A list has too many elements.
    TooManyKeys { key: String, max: usize } => "too_many_keys", 400,
        format!("Field {} cannot contain more than {max} elements.", q(key.as_str()));
    /// A field has none of the values that it may have.
    DisallowedValue { key: String, allowed: Vec<String> } => "disallowed_value", 400,
        format!("value of {} must be one of: {}", q(key.as_str()), q_list(allowed));
    /// A text is too long.
    FieldTooLong { key: String, max_length: usize } => "field_too_long", 400,
        format!("Field {} is too long. Max length is {max_length}.", q(key.as_str()));
    /// An element of `paths` is neither a path nor an object.
    InvalidPath { value: Value } => "invalid_path", 400, format!("The value {} is not a valid path.", q(value.clone()));
    /// A recipient is neither a username nor an e-mail address.
    InvalidUsernameOrEmail { value: Value } => "invalid_username_or_email", 400,
        format!("The value {} is not a valid username or email.", q(value.clone()));
    /// It is planned, but not there yet.
    Future { what: String } => "future", 400, format!("Not supported yet: {what}");
    /// The address has been proven by somebody else.
    EmailAlreadyInUse { email: String } => "email_already_in_use", 409, format!("Email {} is already in use.", q(email.as_str()));
    /// The username is taken.
    UsernameAlreadyInUse { username: String } => "username_already_in_use", 409,
        format!("Username {} is already in use.", q(username.as_str()));
    /// The address cannot be used here.
    EmailNotAllowed { email: String } => "email_not_allowed", 400, format!("The email {} is not allowed.", q(email.as_str()));
    /// There is no such user.
    UserDoesNotExist { username: String } => "user_does_not_exist", 422, format!("The user {} does not exist.", q(username.as_str()));
    /// There is no such app, site or group.
    EntityNotFound { identifier: Value } => "entity_not_found", 422, format!("Entity not found: {}", q(identifier.clone()));
    /// There is no such app.
    AppDoesNotExist { identifier: Value } => "app_does_not_exist", 422, format!("App {} does not exist.", q(identifier.clone()));
    /// The share is withdrawn, used or expired.
    ShareExpired {} => "share_expired", 422, "This share is expired.".to_owned();
    /// The share was sent to another address.
    CanNotApplyToThisUser {} => "can_not_apply_to_this_user", 422, "This share can not be applied to this user.".to_owned();
    /// The share can simply be applied.
    NoNeedToRequest {} => "no_need_to_request", 422,
        "This share is already valid for this user; POST to /apply for access".to_owned();
    /// The caller has not proven an e-mail address.
    EmailMustBeConfirmed { action: Option<String> } => "email_must_be_confirmed", 422,
        format!("Email must be confirmed to {}.", action.as_deref().unwrap_or("apply a share"));
    /// One cannot share with oneself.
    CannotShareWithSelf {} => "cannot_share_with_self", 400, "cannot share with yourself".to_owned();
    /// The recipient owns the item.
    CannotShareWithOwner {} => "cannot_share_with_owner", 400, "recipient already owns this item".to_owned();
    /// The recipient has a share of the item already.
    AlreadyShared {} => "already_shared", 409, "The item is shared with the recipient already.".to_owned();
    /// The item contains something that the recipient shared himself: it would lie within itself.
    ShareLoop {} => "share_loop", 409, "The recipient shared some of the contents.".to_owned();
    /// The operator has switched public links off.
    PublicLinksOff {} => "public_links_off", 403, "Public links are switched off.".to_owned();
    /// The link asks for a password, and this is not it.
    LinkPasswordInvalid {} => "link_password_invalid", 401, "The link asks for its password.".to_owned();
    /// The owner of an item keeps it.
    CannotRevokeOwner {} => "cannot_revoke_owner", 400, "cannot revoke the owner of an item".to_owned();
    /// One cannot block oneself.
    CannotBlockSelf {} => "cannot_block_self", 400, "cannot block yourself".to_owned();
    /// The recipient has blocked shares, from this person or from all.
    RecipientNotAcceptingShares {} => "recipient_not_accepting_shares", 403, "recipient is not accepting shares".to_owned();
    /// Too many recipients in one request.
    TooManyRecipients { max: usize } => "too_many_recipients", 400, format!("at most {max} recipients per request");
    /// Too many items in one request.
    TooManyItems { max: usize } => "too_many_items", 400, format!("at most {max} items per request");
    /// A share is of an unknown mode.
    InvalidMode { mode: String } => "invalid_mode", 400, format!("unknown share mode: {mode}");
    /// The request as a whole cannot be understood.
    BadRequest { reason: String } => "bad_request", 400, reason.clone();
    /// Too many invites in one day.
    ShareDailyLimitReached { limit: i64 } => "share_daily_limit_reached", 429,
        format!("daily share limit reached ({limit}); try again tomorrow");
    /// The caller may not do this.
    Forbidden {} => "forbidden", 403, "Permission denied.".to_owned();
    /// The caller may see the resource, but not give this.
    PermissionDenied { permission: String } => "permission_denied", 403, "Permission denied.".to_owned();
    /// Only a person's own session may do this, no app.
    UserTokensOnly {} => "user_tokens_only", 403, "This endpoint must be requested with a user session".to_owned();
    /// What was named is there, and of another kind: a directory where a file is meant, or the other way round.
    OtherKind {} => "other_kind", 403, "Value cannot be null.\r\nParameter name: Bad request.".to_owned();
    /// What a link was asked for is there, and of another kind.
    RequiredNotFound { kind: String } => "required_not_found", 403, format!("The required {kind} was not found");
    /// An id is none: 32 hexadecimal digits, with or without hyphens, braces or parentheses.
    GuidInvalid {} => "guid_invalid", 400,
        "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx).".to_owned();
    /// An access is named that there is not.
    AccessUnknown { value: String } => "access_unknown", 400, format!("Requested value '{value}' was not found.");
    /// A text stands where true or false is meant.
    BooleanInvalid {} => "boolean_invalid", 400, "String was not recognized as a valid Boolean.".to_owned();
    /// There is no such link for this.
    LinkRefused {} => "link_refused", 403, "Bad request.".to_owned();
    /// The token of a link can be none.
    LinkKeyInvalid {} => "link_key_invalid", 403, "Invalid shared link".to_owned();
    /// There is no such link, or it does not work.
    LinkNotFound {} => "link_not_found", 403, "Shared link not found".to_owned();
    /// The link has ended.
    LinkExpired {} => "link_expired", 403, "Shared link is expired".to_owned();
    /// Too many passwords were tried on the link.
    TooManyLinkAttempts {} => "too_many_link_attempts", 500, "Failed password entry. Too many attempts".to_owned();
    /// The password of the link is another one.
    LinkPasswordWrong {} => "link_password_wrong", 400, "Incorrect password".to_owned();
    /// The account is suspended.
    AccountSuspended {} => "account_suspended", 403, "Account suspended.".to_owned();
    /// The account is a temporary one.
    TemporaryAccountsNotAllowed {} => "temporary_accounts_not_allowed", 403,
        "Temporary accounts cannot perform this action".to_owned();
    /// The account has no proven e-mail address.
    AccountIsNotVerified {} => "account_is_not_verified", 403, "Account email is not verified".to_owned();
    /// The sign-up waits for the proof of its e-mail address.
    EmailConfirmationRequired {} => "email_confirmation_required", 403, "Please confirm your email to continue".to_owned();
    /// The anti-CSRF token is absent or another one's.
    AntiCsrfIncorrect {} => "anti-csrf-incorrect", 400, "Incorrect or missing anti-CSRF token.".to_owned();
    /// No token was sent.
    TokenMissing {} => "token_missing", 401, "Missing authentication token.".to_owned();
    /// The token is unknown, expired or revoked.
    TokenAuthFailed {} => "token_auth_failed", 401, "Authentication failed.".to_owned();
    /// The token has expired.
    TokenExpired {} => "token_expired", 401, "Authentication token has expired.".to_owned();
    /// The token is of a kind that the route does not take.
    TokenUnsupported {} => "token_unsupported", 401, "This authentication token is not supported here.".to_owned();
    /// The token's user is gone.
    UserNotFound {} => "user_not_found", 401, "User not found.".to_owned();
    /// User name and password do not belong together.
    CredentialsInvalid {} => "credentials_invalid", 401, "Incorrect username or password.".to_owned();
    /// Too many requests in a short time.
    TooManyRequests {} => "too_many_requests", 429, "Too many requests.".to_owned();
    /// One method was called too often.
    RateLimitExceeded { method_name: String, rate_limit: RateLimit } => "rate_limit_exceeded", 429, format!(
        "Rate limit exceeded for method {}: {} requests per {}ms.", q(method_name.as_str()), rate_limit.max, rate_limit.period);
    /// Everybody together asks too much.
    ServerRateExceeded {} => "server_rate_exceeded", 503,
        "System-wide rate limit exceeded. Please try again later.".to_owned();
    /// The account cannot pay for it.
    InsufficientFunds {} => "insufficient_funds", 402, "Available funding is insufficient for this request.".to_owned();
    /// The account's storage is full.
    StorageLimitReached {} => "storage_limit_reached", 400, "Storage capacity limit reached.".to_owned();
    /// The file is too large.
    FileTooLarge { max_size: u64 } => "file_too_large", 413, format!("File too large. Max size is {max_size} bytes.");
    /// The resource is absent, or the caller may not know that it exists.
    SubjectDoesNotExist {} => "subject_does_not_exist", 404, "File or directory not found.".to_owned();
    /// What should be copied or moved is absent.
    SourceDoesNotExist {} => "source_does_not_exist", 404, "Source was not found.".to_owned();
    /// What a shortcut points at is absent.
    ShortcutTargetNotFound {} => "shortcut_target_not_found", 404, "Shortcut target not found.".to_owned();
    /// The directory to put it in is absent.
    DestDoesNotExist {} => "dest_does_not_exist", 422, "Destination was not found.".to_owned();
    /// What should hold it is no directory.
    DestIsNotADirectory {} => "dest_is_not_a_directory", 422, "Destination must be a directory.".to_owned();
    /// What should be listed is no directory.
    ReaddirOfNonDirectory {} => "readdir_of_non_directory", 422, "Readdir target must be a directory.".to_owned();
    /// The directory has something in it.
    NotEmpty {} => "not_empty", 422, "Directory is not empty.".to_owned();
    /// A sibling has the name already.
    ItemWithSameNameExists { entry_name: Option<String> } => "item_with_same_name_exists", 409,
        entry_name.as_deref().map_or_else(|| "An item with the same name already exists.".to_owned(),
            |name| format!("An item with name {} already exists.", q(name)));
    /// A directory cannot go into itself.
    CannotMoveItemIntoItself {} => "cannot_move_item_into_itself", 422, "Cannot move an item into itself.".to_owned();
    /// A directory cannot be copied into itself.
    CannotCopyItemIntoItself {} => "cannot_copy_item_into_itself", 422, "Cannot copy an item into itself.".to_owned();
    /// Only homes stand at the top.
    CannotWriteToRoot {} => "cannot_write_to_root", 422, "Cannot write an item to the root directory.".to_owned();
    /// Nothing moves to the top.
    CannotMoveToRoot {} => "cannot_move_to_root", 422, "Cannot move an item to the root directory.".to_owned();
    /// Nothing is copied to the top.
    CannotCopyToRoot {} => "cannot_copy_to_root", 422, "Cannot copy an item to the root directory.".to_owned();
    /// A directory stands where a file should be written.
    CannotOverwriteADirectory {} => "cannot_overwrite_a_directory", 422, "Cannot overwrite a directory.".to_owned();
    /// A directory has no content of its own.
    CannotReadADirectory {} => "cannot_read_a_directory", 422, "Cannot read a directory.".to_owned();
    /// It lies there already.
    SourceAndDestAreTheSame {} => "source_and_dest_are_the_same", 422, "Source and destination are the same.".to_owned();
    /// A name cannot be taken over and made unique at once.
    OverwriteAndDedupeExclusive {} => "overwrite_and_dedupe_exclusive", 400,
        "Cannot specify both overwrite and dedupe_name.".to_owned();
    /// The name cannot be used.
    InvalidFileName { name: String, reason: Option<String> } => "invalid_file_name", 400,
        format!("Invalid file name: {}{}", q(name.as_str()), reason.as_deref().map_or_else(|| ".".to_owned(), |r| format!("; {r}")));
    /// It cannot be changed: a home, or a property that is fixed at creation.
    Immutable {} => "immutable", 403, "File is immutable.".to_owned();
    /// Somebody else changed it, or it is in a state that does not allow this.
    Conflict {} => "conflict", 409, "The request conflicts with the current state.".to_owned();
    /// The resource is not in the state that the request names.
    PreconditionFailed {} => "precondition_failed", 412, "The resource has changed in the meantime.".to_owned();
    /// The `Idempotency-Key` came with another request before.
    IdempotencyConflict {} => "idempotency_conflict", 422,
        "The idempotency key was used for a different request.".to_owned();
    /// There is no such route.
    NotFound {} => "not_found", 404, "No such route.".to_owned();
    /// The route does not take this method.
    MethodNotAllowed {} => "method_not_allowed", 405, "The method is not allowed here.".to_owned();
    /// The body is too large.
    PayloadTooLarge { max_size: u64 } => "payload_too_large", 413, format!("Body too large. Max size is {max_size} bytes.");
    /// The body is of a type that the route does not read.
    UnsupportedMediaType { got: Option<String> } => "unsupported_media_type", 415,
        format!("The content type {} is not supported here.", q_or_undefined(got.as_deref()));
    /// The body is no JSON, or too deep.
    InvalidJson { reason: String } => "invalid_json", 400, format!("The body is not valid JSON: {reason}.");
    /// A header by which the Züs face knows its caller is absent or wrong.
    InvalidHeader { fault: SignatureFault } => "invalid_header", 400, fault.to_string();
    /// A share ticket, what is shared by it, or a request for it is refused, in the words of the Züs face.
    TicketRefused { fault: TicketFault } => "ticket_refused", 400, fault.to_string();
}
