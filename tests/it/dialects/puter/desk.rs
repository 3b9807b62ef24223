//! A small world for the tests of permissions, and short words to ask it things.

use chrono::TimeDelta;
use serde_json::{Value, json};
use vouchsafe_flows::ActsAs;
use vouchsafe_store::{AuditFilter, AuditRecord};
use vouchsafe_tests::{Answer, Person, World};
use vouchsafe_types::EntryId;

/// An id that is nobody's.
pub(super) const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

/// ann owns `/ann/d/a.txt` and two apps, one of them protected; bob and eve have nothing but their homes.
pub(super) struct Desk {
    pub(super) world: World,
    pub(super) ann: Person,
    pub(super) bob: Person,
    pub(super) eve: Person,
    pub(super) file: EntryId,
}

impl Desk {
    pub(super) async fn new() -> Self {
        Self::over(World::new()).await
    }

    /// With request limits.
    pub(super) async fn limited() -> Self {
        Self::over(World::with(|_| {})).await
    }

    pub(super) async fn over(world: World) -> Self {
        let (ann, bob, eve) = world.people();
        let file = world.file("/ann/d/a.txt");
        let editor = json!({ "name": "editor", "owner": "ann", "index_url": "https://editor.example/open" });
        world.v1("PUT", "/v1/apps/app-1", editor).await;
        world.v1("PUT", "/v1/apps/app-2", json!({ "name": "hidden", "owner": "ann", "protected": true })).await;
        Self { world, ann, bob, eve, file }
    }

    pub(super) async fn post(&self, route: &str, who: &Person, body: Value) -> Answer {
        self.world.call("POST", route, &who.token, body).await
    }

    /// A request that must be answered with `{}`.
    pub(super) async fn done(&self, route: &str, who: &Person, body: Value) {
        let answer = self.post(route, who, body.clone()).await;
        assert_eq!((answer.status, &answer.body), (200, &json!({})), "{route} {body}");
    }

    /// Gives a person a permission.
    pub(super) async fn grant(&self, who: &Person, whom: &Person, permission: &str) {
        let body = json!({ "target_username": whom.name, "permission": permission });
        self.done("/auth/grant-user-user", who, body).await;
    }

    /// Takes it from him.
    pub(super) async fn revoke(&self, who: &Person, whom: &Person, permission: &str) {
        let body = json!({ "target_username": whom.name, "permission": permission });
        self.done("/auth/revoke-user-user", who, body).await;
    }

    /// A group of somebody's with these members.
    pub(super) async fn group(&self, owner: &Person, members: &[&Person]) -> String {
        let uid = self.post("/group/create", owner, json!({})).await.body["uid"].as_str().unwrap().to_owned();
        let users: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
        self.done("/group/add-users", owner, json!({ "uid": uid, "users": users })).await;
        uid
    }

    /// Whether the bearer of a token holds a permission, by his own question.
    pub(super) async fn holds(&self, token: &str, permission: &str) -> bool {
        let asked = json!({ "permissions": [permission] });
        let answer = self.world.call("POST", "/auth/check-permissions", token, asked).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body["permissions"][permission] == json!(true)
    }

    /// A token of an app, a site or a program that acts for somebody.
    pub(super) fn token(&self, person: &Person, acts_as: ActsAs) -> String {
        self.world.vouchsafe.issue_token(&person.name, acts_as, TimeDelta::days(1)).unwrap()
    }

    /// A token of an app that acts for somebody.
    pub(super) fn app(&self, person: &Person, uid: &str) -> String {
        self.token(person, ActsAs::App(uid.parse().unwrap()))
    }

    pub(super) fn audit(&self) -> Vec<AuditRecord> {
        self.world.store().read(|tx| tx.list_audit(AuditFilter::default(), 0, 10_000)).unwrap()
    }

    /// What was done last, why, and who has it by whose hand: action, reason, issuer, holder.
    pub(super) fn last_audit(&self) -> (String, String, String, String) {
        let last = self.audit().pop().unwrap();
        let name = |user| {
            let found = self.world.store().read(|tx| tx.find_user(user)).unwrap();
            found.map(|user| user.username.to_string()).unwrap_or_default()
        };
        let (issuer, holder) = (last.issuer.map(name), last.holder_user.map(name));
        (last.action, last.reason.unwrap_or_default(), issuer.unwrap_or_default(), holder.unwrap_or_default())
    }

    /// Asserts that a request is refused like this and writes nothing.
    pub(super) async fn refused(&self, route: &str, who: &Person, body: Value, refusal: (u16, &str)) -> Answer {
        let before = (self.world.counts(), self.audit().len());
        let answer = self.post(route, who, body.clone()).await;
        assert_eq!(answer.refusal(), refusal, "{route} {body}: {}", answer.body);
        assert_eq!((self.world.counts(), self.audit().len()), before, "{route} {body}");
        answer
    }
}
