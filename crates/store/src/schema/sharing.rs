//! Who gave, offered, asked for and blocked what.

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{DbJson, DbTime, DbUuid};

    #[sql_name = "grant"]
    grants (seq) {
        seq -> BigInt,
        id -> DbUuid,
        issuer_id -> DbUuid,
        holder_kind -> SmallInt,
        holder_id -> DbUuid,
        holder_app -> Nullable<Text>,
        entry_id -> Nullable<BigInt>,
        name -> Nullable<Text>,
        capabilities -> Integer,
        is_exact -> Bool,
        expires_at -> Nullable<DbTime>,
        created_at -> DbTime,
        origin -> Text,
        extra -> DbJson,
        changed_at -> DbTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{DbJson, DbTime, DbUuid};

    share (id) {
        id -> DbUuid,
        sharer_id -> DbUuid,
        origin -> Text,
        metadata -> DbJson,
        created_at -> DbTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{DbJson, DbTime, DbUuid};

    invite (id) {
        id -> DbUuid,
        issuer_id -> DbUuid,
        email_typed -> Text,
        email_canonical -> Text,
        permissions -> DbJson,
        metadata -> DbJson,
        created_at -> DbTime,
        expires_at -> DbTime,
        grants_end_at -> Nullable<DbTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{DbJson, DbTime, DbUuid};

    access_request (invite_id, requester_id) {
        invite_id -> DbUuid,
        requester_id -> DbUuid,
        requested_at -> DbTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{DbJson, DbTime, DbUuid};

    ask (id) {
        id -> DbUuid,
        requester_id -> DbUuid,
        answerer_id -> DbUuid,
        permission -> Text,
        message -> Text,
        asked_at -> DbTime,
        answered_at -> Nullable<DbTime>,
        entry_id -> Nullable<BigInt>,
        app_uid -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{DbTime, DbUuid};

    link (id) {
        id -> DbUuid,
        entry_id -> BigInt,
        kind -> Text,
        token_hash -> Binary,
        title -> Nullable<Text>,
        password_hash -> Nullable<Text>,
        auto_delete -> Bool,
        created_at -> DbTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::DbUuid;

    mount (user_id, entry_id) {
        user_id -> DbUuid,
        entry_id -> BigInt,
        title -> Nullable<Text>,
        parent_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{DbJson, DbTime, DbUuid};

    block (user_id, sender_id) {
        user_id -> DbUuid,
        sender_id -> DbUuid,
        created_at -> DbTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{DbJson, DbTime, DbUuid};

    block_all (user_id) {
        user_id -> DbUuid,
        created_at -> DbTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{DbJson, DbTime, DbUuid};

    share_info (id) {
        id -> BigInt,
        app_type -> Text,
        sender_id -> DbUuid,
        client_id -> Text,
        receiver_id -> DbUuid,
        receiver_client_id -> Text,
        lookup_hash -> Text,
        auth_ticket -> Text,
        message -> Text,
        link -> Text,
        share_info_type -> SmallInt,
        is_ai -> Bool,
        grant_id -> Nullable<DbUuid>,
        created_at -> DbTime,
        updated_at -> DbTime,
        deleted_at -> Nullable<DbTime>,
        ended_by -> Nullable<SmallInt>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{DbJson, DbTime, DbUuid};

    share_req (id) {
        id -> BigInt,
        app_type -> Text,
        owner_id -> DbUuid,
        owner_client_id -> Text,
        requester_id -> DbUuid,
        client_id -> Text,
        lookup_hash -> Text,
        auth_ticket -> Text,
        message -> Text,
        link -> Text,
        status -> SmallInt,
        attempt -> SmallInt,
        created_at -> DbTime,
        updated_at -> DbTime,
        deleted_at -> Nullable<DbTime>,
    }
}
