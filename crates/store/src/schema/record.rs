//! What happened, what is on its way, and what is counted.

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{DbJson, DbTime, DbUuid};

    version (id) {
        id -> BigInt,
        n -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{DbJson, DbTime, DbUuid};

    change (seq) {
        seq -> BigInt,
        revision -> BigInt,
        at -> DbTime,
        kind -> Text,
        detail -> DbJson,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{DbJson, DbTime, DbUuid};

    audit (seq) {
        seq -> BigInt,
        at -> DbTime,
        action -> Text,
        actor_user -> Nullable<DbUuid>,
        actor_app -> Nullable<Text>,
        actor_service -> Nullable<Text>,
        request_id -> Nullable<Text>,
        entry -> Nullable<DbUuid>,
        grant_id -> Nullable<DbUuid>,
        issuer -> Nullable<DbUuid>,
        holder -> Nullable<DbJson>,
        permission -> Nullable<Text>,
        before -> Nullable<DbJson>,
        after -> Nullable<DbJson>,
        reason -> Nullable<Text>,
        holder_user -> Nullable<DbUuid>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{DbJson, DbTime, DbUuid};

    notification (seq) {
        seq -> BigInt,
        id -> DbUuid,
        user_id -> DbUuid,
        value -> DbJson,
        created_at -> DbTime,
        shown_at -> Nullable<DbTime>,
        acknowledged_at -> Nullable<DbTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{DbJson, DbTime, DbUuid};

    outbox (seq) {
        seq -> BigInt,
        id -> DbUuid,
        recipient -> Text,
        template -> Text,
        payload -> DbJson,
        created_at -> DbTime,
        due_at -> DbTime,
        attempts -> Integer,
        last_error -> Nullable<Text>,
        delivered_at -> Nullable<DbTime>,
        abandoned_at -> Nullable<DbTime>,
        claimed_until -> Nullable<DbTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{DbJson, DbTime, DbUuid};

    idempotency (scope, key) {
        scope -> Binary,
        key -> Text,
        request_hash -> Binary,
        created_at -> DbTime,
        status -> Nullable<Integer>,
        content_type -> Nullable<Text>,
        body -> Nullable<Binary>,
        etag -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{DbTime, DbUuid};

    quota_use (seq) {
        seq -> BigInt,
        user_id -> DbUuid,
        quota -> Text,
        used_at -> DbTime,
    }
}
