//! Table definitions, kept beside the migrations by `make schema`.

mod people;
mod record;
mod sharing;
mod things;

pub(crate) use people::*;
pub(crate) use record::*;
pub(crate) use sharing::*;
pub(crate) use things::*;

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
