//! Table definitions, kept beside the migrations by `make schema`.

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

    #[sql_name = "user"]
    users (id) {
        id -> DbUuid,
        username -> Text,
        display_name -> Nullable<Text>,
        email_typed -> Nullable<Text>,
        email_canonical -> Nullable<Text>,
        email_confirmed -> Bool,
        is_admin -> Bool,
        is_suspended -> Bool,
        created_at -> DbTime,
        is_auditor -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{DbJson, DbTime, DbUuid};

    credential (user_id) {
        user_id -> DbUuid,
        password_hash -> Text,
        updated_at -> DbTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{DbJson, DbTime, DbUuid};

    session (id) {
        id -> DbUuid,
        user_id -> DbUuid,
        app_uid -> Nullable<Text>,
        token_hash -> Binary,
        created_at -> DbTime,
        expires_at -> DbTime,
        site_id -> Nullable<DbUuid>,
        is_access_token -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{DbJson, DbTime, DbUuid};

    service_key (name) {
        name -> Text,
        key_hash -> Binary,
        created_at -> DbTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{DbJson, DbTime, DbUuid};

    email_proof (user_id) {
        user_id -> DbUuid,
        email_canonical -> Text,
        token_hash -> Binary,
        code_hash -> Binary,
        attempts -> Integer,
        created_at -> DbTime,
        expires_at -> DbTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{DbJson, DbTime, DbUuid};

    #[sql_name = "group"]
    groups (id) {
        id -> DbUuid,
        owner_id -> DbUuid,
        name -> Text,
        metadata -> DbJson,
        created_at -> DbTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{DbJson, DbTime, DbUuid};

    group_member (group_id, user_id) {
        group_id -> DbUuid,
        user_id -> DbUuid,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{DbJson, DbTime, DbUuid};

    entry (id) {
        id -> BigInt,
        uuid -> DbUuid,
        parent_id -> Nullable<BigInt>,
        owner_id -> Nullable<DbUuid>,
        name -> Text,
        is_dir -> Bool,
        size_bytes -> BigInt,
        content_type -> Nullable<Text>,
        creator_id -> Nullable<DbUuid>,
        created_at -> DbTime,
        modified_at -> DbTime,
        allocation_id -> Text,
        lookup_hash -> Text,
        title -> Nullable<Text>,
        denies_download -> Bool,
        denies_sharing -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{DbJson, DbTime, DbUuid};

    app (uid) {
        uid -> Text,
        name -> Text,
        owner_id -> DbUuid,
        is_protected -> Bool,
        shared_appdata -> Bool,
        metadata -> DbJson,
        index_url -> Nullable<Text>,
        created_at -> DbTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{DbJson, DbTime, DbUuid};

    site (id) {
        id -> DbUuid,
        name -> Text,
        owner_id -> DbUuid,
        associated_app_uid -> Nullable<Text>,
        root_id -> Nullable<BigInt>,
        is_protected -> Bool,
        created_at -> DbTime,
    }
}

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

    access_request (invite_id, requester_id) {
        invite_id -> DbUuid,
        requester_id -> DbUuid,
        requested_at -> DbTime,
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

    idempotency (scope, key) {
        scope -> Binary,
        key -> Text,
        request_hash -> Binary,
        created_at -> DbTime,
        status -> Nullable<Integer>,
        content_type -> Nullable<Text>,
        body -> Nullable<Binary>,
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
    use crate::sql_types::{DbTime, DbUuid};

    quota_use (seq) {
        seq -> BigInt,
        user_id -> DbUuid,
        quota -> Text,
        used_at -> DbTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{DbJson, DbTime, DbUuid};

    client_key (client_id) {
        client_id -> Text,
        user_id -> DbUuid,
        public_key -> Text,
        place -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{DbJson, DbTime, DbUuid};

    password_reset (user_id) {
        user_id -> DbUuid,
        token_hash -> Binary,
        created_at -> DbTime,
        expires_at -> DbTime,
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

    block (user_id, sender_id) {
        user_id -> DbUuid,
        sender_id -> DbUuid,
        created_at -> DbTime,
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

diesel::table! {
    use diesel::sql_types::*;
    use crate::sql_types::{DbJson, DbTime, DbUuid};

    request_nonce (client_id, nonce) {
        client_id -> Text,
        nonce -> Text,
        used_at -> DbTime,
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

    ask (id) {
        id -> DbUuid,
        requester_id -> DbUuid,
        answerer_id -> DbUuid,
        permission -> Text,
        message -> Text,
        asked_at -> DbTime,
        answered_at -> Nullable<DbTime>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    access_request,
    app,
    ask,
    audit,
    block,
    block_all,
    change,
    client_key,
    credential,
    email_proof,
    entry,
    grants,
    group_member,
    groups,
    idempotency,
    invite,
    link,
    mount,
    notification,
    outbox,
    password_reset,
    quota_use,
    request_nonce,
    service_key,
    session,
    share,
    share_info,
    share_req,
    site,
    users,
    version,
);
