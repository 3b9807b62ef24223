//! Who there is, and how they prove it.

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

    request_nonce (client_id, nonce) {
        client_id -> Text,
        nonce -> Text,
        used_at -> DbTime,
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
