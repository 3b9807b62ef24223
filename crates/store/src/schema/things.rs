//! What can be shared.

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
        height -> Integer,
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
