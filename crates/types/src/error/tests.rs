//! Codes, messages, fields and the two forms.

use super::*;
use serde_json::json;

#[test]
fn the_seed_error_is_letter_by_letter() {
    let error = ApiError::UserDoesNotExist { username: "non_existing_user".into() };
    assert_eq!(
        error.embedded(),
        json!({
            "$": "heyputer:api/APIError", "code": "user_does_not_exist",
            "message": "The user `non_existing_user` does not exist.", "username": "non_existing_user", "status": 422
        })
    );
    assert_eq!(
        ApiError::SubjectDoesNotExist {}.embedded(),
        json!({
            "$": "heyputer:api/APIError", "code": "subject_does_not_exist",
            "message": "File or directory not found.", "status": 404
        })
    );
}

#[test]
fn codes_are_unique() {
    let mut codes: Vec<_> = ApiError::catalogue().iter().map(|row| row.code).collect();
    codes.sort_unstable();
    let count = codes.len();
    codes.dedup();
    assert_eq!(codes.len(), count);
}

#[test]
fn messages_follow_the_catalogue() {
    let error = ApiError::invalid("mode", "`strict`, `best-effort`, or undefined", None);
    assert_eq!(error.message(), "Field `mode` is invalid. Expected `strict`, `best-effort`, or undefined.");
    let error = ApiError::EntityNotFound { identifier: json!({"uid": "x"}) };
    assert_eq!(error.message(), "Entity not found: [object]");
    let error = ApiError::DisallowedThing { thing: "x".into(), accepted: vec!["fs-share".into(), "app-share".into()] };
    assert_eq!(
        error.message(),
        "Request contained a `x` in a place where `x` isn't accepted; accepted types are: `fs-share`, `app-share`."
    );
    let error = ApiError::FormatError { message: "should be object or array".into() };
    assert_eq!(error.embedded()["message"], "format error: should be object or array");
    assert_eq!(error.body()["message"], "format error: should be object or array");
    let error = ApiError::EmailMustBeConfirmed { action: Some("share something".into()) };
    assert_eq!(error.message(), "Email must be confirmed to share something.");
}

/// Code, status, message and fields of a refusal.
type Row = (ApiError, &'static str, u16, &'static str, Value);

fn text(value: &str) -> String {
    value.to_owned()
}

fn texts(values: &[&str]) -> Vec<String> {
    values.iter().map(|v| text(v)).collect()
}

/// Puter's refusals of requests, letter by letter.
fn requests() -> Vec<Row> {
    use ApiError::*;
    let fault = |key: &str, expected: Option<&str>, got: Option<&str>| FieldFault {
        key: text(key),
        expected: expected.map(text),
        got: got.map(text),
    };
    let both =
        FieldsInvalid { errors: vec![fault("a", Some("x"), Some("y")), fault("b", None, None)], unnamed: Unnamed(0) };
    let all_of_it = FieldInvalid { key: text("a"), expected: Some(text("x")), got: Some(text("y")) };
    let limit = RateLimit { max: 5, period: 1000 };
    vec![
        (UnknownError {}, "unknown_error", 500, "An unknown error occurred", json!({})),
        (Internal {}, "internal_error", 500, "An internal error occurred.", json!({})),
        (FormatError { message: text("m") }, "format_error", 400, "format error: m", json!({"message": "m"})),
        (TempError { message: text("m") }, "temp_error", 400, "error: m", json!({"message": "m"})),
        (
            DisallowedThing { thing: text("t"), accepted: texts(&["a", "b"]) },
            "disallowed_thing",
            400,
            "Request contained a `t` in a place where `t` isn't accepted; accepted types are: `a`, `b`.",
            json!({"thing": "t", "accepted": ["a", "b"]}),
        ),
        (InvalidToken {}, "invalid_token", 400, "Invalid token", json!({})),
        (TokenInvalid {}, "token_invalid", 400, "Invalid token.", json!({})),
        (FieldMissing { key: text("a") }, "field_missing", 400, "Field `a` is required.", json!({"key": "a"})),
        (FieldEmpty { key: text("a") }, "field_empty", 400, "Field `a` is required.", json!({"key": "a"})),
        (
            FieldsMissing { keys: texts(&["a", "b"]), unnamed: Unnamed(0) },
            "fields_missing",
            400,
            "The following fields are required but missing: `a`, `b`.",
            json!({"keys": ["a", "b"]}),
        ),
        (
            all_of_it,
            "field_invalid",
            400,
            "Field `a` is invalid. Expected x. Got y.",
            json!({"key": "a", "expected": "x", "got": "y"}),
        ),
        (
            FieldInvalid { key: text("a"), expected: None, got: None },
            "field_invalid",
            400,
            "Field `a` is invalid.",
            json!({"key": "a"}),
        ),
        (
            both,
            "fields_invalid",
            400,
            "The following validation errors occurred: Field `a` is invalid. Expected x. Got y., Field `b` is invalid.",
            json!({"errors": [{"key": "a", "expected": "x", "got": "y"}, {"key": "b"}]}),
        ),
        (
            FieldErrors { key: text("shares[0]"), errors: texts(&["a", "b"]) },
            "field_errors",
            400,
            "The value for `shares[0]` has the following errors: a; b",
            json!({"key": "shares[0]", "errors": ["a", "b"]}),
        ),
        (
            UnresolvedRelativePath { path: text("./a") },
            "unresolved_relative_path",
            400,
            "Unresolved relative path: `./a`. You may need to specify a full path starting with '/'.",
            json!({"path": "./a"}),
        ),
        (
            DisallowedValue { key: text("k"), allowed: texts(&["a", "b"]) },
            "disallowed_value",
            400,
            "value of `k` must be one of: `a`, `b`",
            json!({"key": "k", "allowed": ["a", "b"]}),
        ),
        (
            FieldTooLong { key: text("k"), max_length: 9 },
            "field_too_long",
            400,
            "Field `k` is too long. Max length is 9.",
            json!({"key": "k", "max_length": 9}),
        ),
        (
            InvalidPath { value: json!(true) },
            "invalid_path",
            400,
            "The value `true` is not a valid path.",
            json!({"value": true}),
        ),
        (
            InvalidUsernameOrEmail { value: Value::Null },
            "invalid_username_or_email",
            400,
            "The value [object] is not a valid username or email.",
            json!({"value": null}),
        ),
        (Future { what: text("w") }, "future", 400, "Not supported yet: w", json!({"what": "w"})),
        (TooManyRequests {}, "too_many_requests", 429, "Too many requests.", json!({})),
        (
            ServerRateExceeded {},
            "server_rate_exceeded",
            503,
            "System-wide rate limit exceeded. Please try again later.",
            json!({}),
        ),
        (
            RateLimitExceeded { method_name: text("m"), rate_limit: limit },
            "rate_limit_exceeded",
            429,
            "Rate limit exceeded for method `m`: 5 requests per 1000ms.",
            json!({"method_name": "m", "rate_limit": {"max": 5, "period": 1000}}),
        ),
    ]
}

/// Puter's refusals about people and their tokens, letter by letter.
fn people() -> Vec<Row> {
    use ApiError::*;
    vec![
        (
            EmailAlreadyInUse { email: text("e") },
            "email_already_in_use",
            409,
            "Email `e` is already in use.",
            json!({"email": "e"}),
        ),
        (
            UsernameAlreadyInUse { username: text("u") },
            "username_already_in_use",
            409,
            "Username `u` is already in use.",
            json!({"username": "u"}),
        ),
        (
            EmailNotAllowed { email: text("e") },
            "email_not_allowed",
            400,
            "The email `e` is not allowed.",
            json!({"email": "e"}),
        ),
        (
            UserDoesNotExist { username: text("u") },
            "user_does_not_exist",
            422,
            "The user `u` does not exist.",
            json!({"username": "u"}),
        ),
        (
            EntityNotFound { identifier: json!({"uid": "a"}) },
            "entity_not_found",
            422,
            "Entity not found: [object]",
            json!({"identifier": {"uid": "a"}}),
        ),
        (
            AppDoesNotExist { identifier: json!("a") },
            "app_does_not_exist",
            422,
            "App `a` does not exist.",
            json!({"identifier": "a"}),
        ),
        (ShareExpired {}, "share_expired", 422, "This share is expired.", json!({})),
        (
            CanNotApplyToThisUser {},
            "can_not_apply_to_this_user",
            422,
            "This share can not be applied to this user.",
            json!({}),
        ),
        (
            NoNeedToRequest {},
            "no_need_to_request",
            422,
            "This share is already valid for this user; POST to /apply for access",
            json!({}),
        ),
        (
            EmailMustBeConfirmed { action: None },
            "email_must_be_confirmed",
            422,
            "Email must be confirmed to apply a share.",
            json!({}),
        ),
        (CannotShareWithSelf {}, "cannot_share_with_self", 400, "cannot share with yourself", json!({})),
        (CannotShareWithOwner {}, "cannot_share_with_owner", 400, "recipient already owns this item", json!({})),
        (CannotRevokeOwner {}, "cannot_revoke_owner", 400, "cannot revoke the owner of an item", json!({})),
        (CannotBlockSelf {}, "cannot_block_self", 400, "cannot block yourself", json!({})),
        (
            RecipientNotAcceptingShares {},
            "recipient_not_accepting_shares",
            403,
            "recipient is not accepting shares",
            json!({}),
        ),
        (Forbidden {}, "forbidden", 403, "Permission denied.", json!({})),
        (
            PermissionDenied { permission: text("p") },
            "permission_denied",
            403,
            "Permission denied.",
            json!({"permission": "p"}),
        ),
        (UserTokensOnly {}, "user_tokens_only", 403, "This endpoint must be requested with a user session", json!({})),
        (AccountSuspended {}, "account_suspended", 403, "Account suspended.", json!({})),
        (
            TemporaryAccountsNotAllowed {},
            "temporary_accounts_not_allowed",
            403,
            "Temporary accounts cannot perform this action",
            json!({}),
        ),
        (AccountIsNotVerified {}, "account_is_not_verified", 403, "Account email is not verified", json!({})),
        (
            EmailConfirmationRequired {},
            "email_confirmation_required",
            403,
            "Please confirm your email to continue",
            json!({}),
        ),
        (TokenMissing {}, "token_missing", 401, "Missing authentication token.", json!({})),
        (TokenAuthFailed {}, "token_auth_failed", 401, "Authentication failed.", json!({})),
        (TokenExpired {}, "token_expired", 401, "Authentication token has expired.", json!({})),
        (TokenUnsupported {}, "token_unsupported", 401, "This authentication token is not supported here.", json!({})),
        (UserNotFound {}, "user_not_found", 401, "User not found.", json!({})),
        (AntiCsrfIncorrect {}, "anti-csrf-incorrect", 400, "Incorrect or missing anti-CSRF token.", json!({})),
    ]
}

/// Puter's refusals about files, letter by letter.
fn files() -> Vec<Row> {
    use ApiError::*;
    let named = |reason: Option<&str>| InvalidFileName { name: text("n"), reason: reason.map(text) };
    let plain = [
        (InsufficientFunds {}, "insufficient_funds", 402, "Available funding is insufficient for this request."),
        (StorageLimitReached {}, "storage_limit_reached", 400, "Storage capacity limit reached."),
        (SubjectDoesNotExist {}, "subject_does_not_exist", 404, "File or directory not found."),
        (SourceDoesNotExist {}, "source_does_not_exist", 404, "Source was not found."),
        (DestDoesNotExist {}, "dest_does_not_exist", 422, "Destination was not found."),
        (DestIsNotADirectory {}, "dest_is_not_a_directory", 422, "Destination must be a directory."),
        (ReaddirOfNonDirectory {}, "readdir_of_non_directory", 422, "Readdir target must be a directory."),
        (NotEmpty {}, "not_empty", 422, "Directory is not empty."),
        (CannotMoveItemIntoItself {}, "cannot_move_item_into_itself", 422, "Cannot move an item into itself."),
        (CannotCopyItemIntoItself {}, "cannot_copy_item_into_itself", 422, "Cannot copy an item into itself."),
        (CannotWriteToRoot {}, "cannot_write_to_root", 422, "Cannot write an item to the root directory."),
        (CannotMoveToRoot {}, "cannot_move_to_root", 422, "Cannot move an item to the root directory."),
        (CannotCopyToRoot {}, "cannot_copy_to_root", 422, "Cannot copy an item to the root directory."),
        (CannotOverwriteADirectory {}, "cannot_overwrite_a_directory", 422, "Cannot overwrite a directory."),
        (CannotReadADirectory {}, "cannot_read_a_directory", 422, "Cannot read a directory."),
        (SourceAndDestAreTheSame {}, "source_and_dest_are_the_same", 422, "Source and destination are the same."),
        (
            OverwriteAndDedupeExclusive {},
            "overwrite_and_dedupe_exclusive",
            400,
            "Cannot specify both overwrite and dedupe_name.",
        ),
        (Immutable {}, "immutable", 403, "File is immutable."),
        (ShortcutTargetNotFound {}, "shortcut_target_not_found", 404, "Shortcut target not found."),
    ];
    let mut rows: Vec<Row> =
        plain.into_iter().map(|(error, code, status, message)| (error, code, status, message, json!({}))).collect();
    rows.extend([
        (
            FileTooLarge { max_size: 7 },
            "file_too_large",
            413,
            "File too large. Max size is 7 bytes.",
            json!({"max_size": 7}),
        ),
        (
            ItemWithSameNameExists { entry_name: Some(text("n")) },
            "item_with_same_name_exists",
            409,
            "An item with name `n` already exists.",
            json!({"entry_name": "n"}),
        ),
        (
            ItemWithSameNameExists { entry_name: None },
            "item_with_same_name_exists",
            409,
            "An item with the same name already exists.",
            json!({}),
        ),
        (named(None), "invalid_file_name", 400, "Invalid file name: `n`.", json!({"name": "n"})),
        (named(Some("r")), "invalid_file_name", 400, "Invalid file name: `n`; r", json!({"name": "n", "reason": "r"})),
    ]);
    rows
}

#[test]
fn every_row_of_puters_catalogue_is_letter_by_letter() {
    for (error, code, status, message, fields) in requests().into_iter().chain(people()).chain(files()) {
        assert_eq!((error.code(), error.status(), error.message().as_str()), (code, status, message));
        assert_eq!(Value::from(error.fields()), fields, "{code}");
    }
}

#[test]
fn a_list_of_accepted_types_may_be_empty() {
    let error = ApiError::DisallowedThing { thing: text("t"), accepted: Vec::new() };
    assert_eq!(error.message(), "Request contained a `t` in a place where `t` isn't accepted.");
}

#[test]
fn the_limit_of_a_list_is_named() {
    let error = ApiError::TooManyKeys { key: text("shares"), max: 100 };
    assert_eq!(error.message(), "Field `shares` cannot contain more than 100 elements.");
    assert_eq!(ApiError::TooManyRecipients { max: 3 }.message(), "at most 3 recipients per request");
    assert_eq!(ApiError::TooManyItems { max: 3 }.message(), "at most 3 items per request");
    assert_eq!(
        ApiError::ShareDailyLimitReached { limit: 3 }.message(),
        "daily share limit reached (3); try again tomorrow"
    );
}

#[test]
fn the_two_forms_hold_code_and_fields_each_in_its_way() {
    let error = ApiError::FieldMissing { key: text("a") };
    let message = "Field `a` is required.";
    assert_eq!(error.body(), json!({"message": message, "key": "a", "code": "field_missing"}));
    assert_eq!(
        error.embedded(),
        json!({"$": "heyputer:api/APIError", "message": message, "key": "a", "code": "field_missing", "status": 400})
    );
}

#[test]
fn a_field_named_message_overrides_the_text_of_a_body_only() {
    let error = ApiError::TempError { message: text("m") };
    assert_eq!(error.body(), json!({"message": "m", "code": "temp_error"}));
    assert_eq!(error.embedded()["message"], "error: m");
}
