//! `/v1/check`, `/v1/check/batch` and `/v1/explain`: may somebody do something, and why.

use crate::{AppUid, Client, Error, Node};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, Serializer, ser::SerializeMap};

/// Whose permission is asked about.
#[derive(Clone, Debug)]
pub enum Actor {
    /// A user, by name; with an app, that app acting for the user.
    User {
        /// The name.
        user: String,
        /// The app.
        app: Option<AppUid>,
    },
    /// Whoever shows this token.
    Token(SecretString),
}

impl Actor {
    /// A user, by name.
    ///
    /// ```
    /// use vouchsafe_client::{Actor, Question};
    /// let question = Question::new(Actor::user("bob"), "fs:/ann:read");
    /// assert_eq!(question.permission, "fs:/ann:read");
    /// ```
    #[must_use]
    pub fn user(name: impl Into<String>) -> Self {
        Self::User { user: name.into(), app: None }
    }

    /// An app acting for a user.
    ///
    /// ```
    /// use vouchsafe_client::Actor;
    /// let editor = Actor::app("app-editor".parse().unwrap(), "bob");
    /// assert!(matches!(editor, Actor::User { app: Some(_), .. }), "bob, as far as the app goes");
    /// ```
    #[must_use]
    pub fn app(app: AppUid, user: impl Into<String>) -> Self {
        Self::User { user: user.into(), app: Some(app) }
    }

    /// Whoever shows this token.
    ///
    /// ```
    /// use vouchsafe_client::Actor;
    /// assert!(!format!("{:?}", Actor::token("secret")).contains("secret"), "it is not printed");
    /// ```
    #[must_use]
    pub fn token(token: impl Into<SecretString>) -> Self {
        Self::Token(token.into())
    }
}

impl Serialize for Actor {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut object = to.serialize_map(None)?;
        match self {
            Self::User { user, app } => {
                object.serialize_entry("user", user)?;
                app.iter().try_for_each(|app| object.serialize_entry("app", app))?;
            }
            Self::Token(token) => object.serialize_entry("token", token.expose_secret())?,
        }
        object.end()
    }
}

/// May this actor do that?
#[derive(Clone, Debug, Serialize)]
pub struct Question {
    /// Who.
    pub actor: Actor,
    /// What, as text: `fs:<uuid>:read`, `fs:/ann/a.txt:write`, `app:uid#<uid>:access`, …
    pub permission: String,
    /// The revision of the oldest state that may answer: that of a change the answer must know of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least: Option<i64>,
}

impl Question {
    /// May `actor` do `permission`: a [`Permission`](crate::Permission), or its text.
    ///
    /// ```
    /// use vouchsafe_client::{Actor, Permission, Question};
    /// let read: Permission = "fs:/ann:read".parse().unwrap();
    /// let question = Question { at_least: Some(7), ..Question::new(Actor::user("bob"), &read) };
    /// assert_eq!(question.permission, "fs:/ann:read");
    /// ```
    #[must_use]
    pub fn new(actor: Actor, permission: impl ToString) -> Self {
        Self { actor, permission: permission.to_string(), at_least: None }
    }
}

/// The answer to one question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Checked {
    /// Whether the actor may.
    pub allowed: bool,
    /// The state that answered; it grows with every change.
    pub revision: i64,
}

/// The answers to many questions, from one state.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct BatchChecked {
    /// One for each question, in their order.
    pub results: Vec<Verdict>,
    /// The state that answered.
    pub revision: i64,
}

/// One answer among many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Verdict {
    /// Whether the actor may.
    pub allowed: bool,
}

/// The answer to one question, and what led to it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Explained {
    /// Whether the actor may.
    pub allowed: bool,
    /// How the question was understood, and every path that leads to what it asks for.
    pub reading: Vec<Node>,
    /// The state that answered.
    pub revision: i64,
}

#[derive(Serialize)]
struct Batch<'a> {
    checks: &'a [Question],
}

impl Client {
    /// Whether somebody may do something. What is unknown is denied, not an error.
    ///
    /// A service key may ask about anybody, a user about himself.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// use vouchsafe_client::{Actor, Question};
    /// let question = Question::new(Actor::user("bob"), "fs:/ann/plan.txt:write");
    /// if client.check(&question).await?.allowed {
    ///     println!("bob may write");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`]; `conflict` when `at_least` lies in the future.
    pub async fn check(&self, question: &Question) -> Result<Checked, Error> {
        self.ask(&["check"], question).await
    }

    /// Answers 1 to 1000 questions from one state, which is at least as new as each of them demands.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// use vouchsafe_client::{Actor, Question};
    /// let all = ["read", "write"].map(|word| Question::new(Actor::user("bob"), format!("fs:/ann/plan.txt:{word}")));
    /// let checked = client.check_batch(&all).await?;
    /// println!("{:?} as of {}", checked.results, checked.revision);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`]; [`Error::Decode`] also when there are not as many answers as questions.
    pub async fn check_batch(&self, checks: &[Question]) -> Result<BatchChecked, Error> {
        let checked: BatchChecked = self.ask(&["check", "batch"], &Batch { checks }).await?;
        if checked.results.len() != checks.len() {
            return Err(Error::senseless("there are not as many answers as questions"));
        }
        Ok(checked)
    }

    /// As [`Client::check`], with the reasons.
    ///
    /// ```no_run
    /// # async fn example(client: vouchsafe_client::Client) -> Result<(), vouchsafe_client::Error> {
    /// use vouchsafe_client::{Actor, Node, Question};
    /// let told = client.explain(&Question::new(Actor::user("bob"), "fs:/ann/plan.txt:write")).await?;
    /// for node in &told.reading {
    ///     if let Node::Missing { reason, could_grant, .. } = node {
    ///         println!("{}: {could_grant:?} could help", reason.as_str());
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Client::check`].
    pub async fn explain(&self, question: &Question) -> Result<Explained, Error> {
        self.ask(&["explain"], question).await
    }
}

#[cfg(test)]
mod tests {
    use super::{Actor, Question};
    use crate::{
        Error, Node, Permission,
        stub::{ID, Stub},
    };
    use serde_json::json;

    #[tokio::test]
    async fn a_check_asks_for_users_apps_and_tokens() {
        let stub = Stub::answering([(200, json!({ "allowed": true, "revision": 7 }))]).await;
        let permission: Permission = format!("fs:{ID}:read").parse().unwrap();
        let as_new = Question { at_least: Some(5), ..Question::new(Actor::user("bob"), &permission) };
        let checked = stub.client().check(&as_new).await.unwrap();
        assert_eq!((checked.allowed, checked.revision), (true, 7));
        for actor in [Actor::app("app-1".parse().unwrap(), "bob"), Actor::token("secret")] {
            stub.client().check(&Question::new(actor, "fs:/ann:read")).await.unwrap();
        }
        let path = "POST /v1/check";
        stub.saw(&[
            (path, json!({ "actor": { "user": "bob" }, "permission": format!("fs:{ID}:read"), "at_least": 5 })),
            (path, json!({ "actor": { "user": "bob", "app": "app-1" }, "permission": "fs:/ann:read" })),
            (path, json!({ "actor": { "token": "secret" }, "permission": "fs:/ann:read" })),
        ]);
    }

    #[tokio::test]
    async fn a_batch_is_answered_in_order_and_in_full() {
        let answers = json!({ "results": [{ "allowed": true }, { "allowed": false }], "revision": 7 });
        let stub = Stub::answering([(200, answers)]).await;
        let ask = |name: &str| Question::new(Actor::user(name), "fs:/ann:read");
        let checked = stub.client().check_batch(&[ask("ann"), ask("bob")]).await.unwrap();
        assert_eq!(checked.results.iter().map(|verdict| verdict.allowed).collect::<Vec<_>>(), [true, false]);
        let short = stub.client().check_batch(&[ask("ann"), ask("bob"), ask("eve")]).await;
        assert!(matches!(short, Err(Error::Decode { .. })));
        let first = stub.requests().remove(0);
        assert_eq!(
            (first.call.as_str(), first.body["checks"][1]["actor"].clone()),
            ("POST /v1/check/batch", json!({ "user": "bob" }))
        );
    }

    #[tokio::test]
    async fn an_explanation_carries_the_reading() {
        let reading = json!([{ "$": "time", "value": 0 }]);
        let stub = Stub::answering([(200, json!({ "allowed": false, "reading": reading, "revision": 7 }))]).await;
        let told = stub.client().explain(&Question::new(Actor::user("eve"), "fs:/ann:read")).await.unwrap();
        assert_eq!((told.allowed, told.reading), (false, vec![Node::Time { value: 0 }]));
        stub.saw(&[("POST /v1/explain", json!({ "actor": { "user": "eve" }, "permission": "fs:/ann:read" }))]);
    }

    #[test]
    fn a_token_that_is_asked_about_is_not_printed() {
        let question = Question::new(Actor::token("secret"), "fs:/ann:read");
        assert!(!format!("{question:?}").contains("secret"));
    }
}
