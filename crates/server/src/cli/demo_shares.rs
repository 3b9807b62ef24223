//! What is shared in the demo already: one share of each kind, made by the use cases of every face.

use super::demo::{APP, GROUP};
use serde_json::{Value, json};
use vouchsafe_flows::{Ask, Entry, Fault, FolderShareWish, Participant, Setting, SharePost, Vouchsafe};
use vouchsafe_types::{Access, Actor, share::ShareRequest};

/// What of alice's is shared, or asked for.
pub(super) struct Tree {
    pub(super) plan: Entry,
    pub(super) pictures: Entry,
    pub(super) cat: Entry,
    pub(super) recipes: Entry,
    pub(super) budget: Entry,
    pub(super) diary: Entry,
}

/// Makes them in the names of alice, bob and mallory.
pub(super) fn make(vouchsafe: &Vouchsafe, tree: &Tree, [alice, bob, mallory]: [&str; 3]) -> Result<(), Fault> {
    let owner = vouchsafe.authenticate(alice)?;
    let actor = owner.actor;
    let puter = |body: Value| -> Result<(), Fault> {
        let Value::Object(body) = body else { return Ok(()) };
        let request = ShareRequest::parse(&body, &owner.user.username, 100)?;
        vouchsafe.share(&actor, &request).map(|_| ())
    };
    puter(json!({
        "recipients": ["bob", "new@example.org"],
        "shares": { "$": "fs-share", "path": tree.plan.uuid },
        "metadata": { "message": "Have a look, please." },
    }))?;
    puter(json!({
        "recipients": "bob",
        "shares": [{ "$": "fs-share", "path": tree.pictures.uuid, "access": "write" }],
    }))?;
    puter(json!({ "recipients": "bob", "shares": [{ "$": "app-share", "uid": APP }] }))?;
    open_links(vouchsafe, &actor, tree)?;
    by_ticket(vouchsafe, tree, [alice, bob, mallory])
}

/// A folder for a group and by a public token, and a file by a link.
fn open_links(vouchsafe: &Vouchsafe, actor: &Actor, tree: &Tree) -> Result<(), Fault> {
    let wish = FolderShareWish {
        folder: tree.recipes.id,
        participant: Participant::Group(GROUP.to_owned()),
        can_write: false,
        can_share: false,
    };
    settled("share with a group", vouchsafe.share_folder(actor, &wish))?;
    settled("public token", vouchsafe.make_public_token(actor, tree.recipes.id))?;
    let reading = Setting::Exactly(Access::Read);
    settled("link", vouchsafe.switch_default_link(actor, Some(tree.cat.id), reading))
}

/// A ticket of alice's for bob, and what mallory asks her for.
fn by_ticket(vouchsafe: &Vouchsafe, tree: &Tree, [alice, bob, mallory]: [&str; 3]) -> Result<(), Fault> {
    let client = |token: &str| vouchsafe.caller_by_token(token, None, None);
    let (alice, bob, mallory) = (client(alice)?, client(bob)?, client(mallory)?);
    let post = SharePost::unsigned(&alice.client_id, &bob.client_id, &tree.budget.lookup_hash);
    settled("ticket", vouchsafe.post_share_info(&alice, &post))?;
    let ask = Ask {
        owner_id: Some(alice.client_id),
        lookup_hash: Some(tree.diary.lookup_hash.clone()),
        message: "May I read it?".to_owned(),
        ..Ask::default()
    };
    settled("request", vouchsafe.ask_for_share(&mallory, &ask))
}

/// What the settings refuse is left out, and so is what was made by a start that came to no end: the demo starts.
fn settled<T>(what: &str, outcome: Result<T, Fault>) -> Result<(), Fault> {
    match outcome {
        Ok(_) => Ok(()),
        Err(Fault::Api(refused)) => {
            log::warn!("the demo makes no {what}: {}", refused.message());
            Ok(())
        }
        Err(other) => Err(other),
    }
}
