//! Readings: what led to a decision.

use crate::{GrantId, GroupId, Open, UserId, open::words};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

words! {
    /// How a grant reaches whom the question is about.
    Via {
        /// It was given to the user.
        User => "user",
        /// It was given to a group that the user is in.
        Group => "user-group",
        /// It was given to everyone.
        Everyone => "hc-user-group",
        /// It was given to the app, acting for the user.
        UserApp => "user-app",
        /// It was given to the app, whomever it acts for.
        DevApp => "dev-app",
        /// It was given to the access token.
        AccessToken => "access-token",
        /// It was given to whoever presents a link.
        Link => "link",
    }
}

words! {
    /// What is in the way of a refused question.
    MissingReason {
        /// Nobody gave it.
        NotGranted => "not_granted",
        /// The grant has ended.
        Expired => "expired",
        /// An exact grant silences it.
        Silenced => "silenced",
        /// The owner keeps it back there from everybody else.
        KeptBack => "kept_back",
        /// The account of the user, or of the issuer, is suspended.
        Suspended => "suspended",
        /// The question was too large to be decided.
        OverLimit => "over_limit",
    }
}

/// One line of a reading.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "$", rename_all = "lowercase")]
#[non_exhaustive]
pub enum Node {
    /// The question was turned into another.
    Rewrite {
        /// As asked.
        from: String,
        /// As understood.
        to: String,
    },
    /// The permissions of which any one answers the question.
    Explode {
        /// As asked.
        from: String,
        /// What answers it.
        to: Vec<String>,
    },
    /// The end of a pathway: what nobody had to grant.
    #[non_exhaustive]
    Option {
        /// What is held.
        permission: String,
        /// The rule by which it is held: `is-owner`, …
        by: String,
        /// The username of who holds it.
        holder_username: Option<String>,
    },
    /// A grant, with how its issuer has what it gives.
    #[non_exhaustive]
    Path {
        /// How it reaches its holder.
        via: Open<Via>,
        /// The grant.
        grant_id: GrantId,
        /// What it gives.
        permission: String,
        /// Whether it leads to an owner now.
        has_terminal: bool,
        /// The username of who has it.
        holder_username: Option<String>,
        /// The username of who gave it.
        issuer_username: Option<String>,
        /// Who gave it.
        issuer_user_id: UserId,
        /// The group it was given to, if it was one.
        group_id: Option<GroupId>,
        /// What was kept with the grant when it was made.
        #[serde(default)]
        data: Value,
        /// How its issuer has it.
        reading: Vec<Node>,
    },
    /// A step that is missing before a refused question could be allowed: one of the nearest.
    #[non_exhaustive]
    Missing {
        /// What is in the way.
        reason: Open<MissingReason>,
        /// What is missing there.
        permission: String,
        /// The username of who lacks it.
        holder_username: Option<String>,
        /// The grant that gives nothing now.
        grant_id: Option<GrantId>,
        /// The username of who gave that grant.
        issuer_username: Option<String>,
        /// What that grant would give.
        gives: Option<String>,
        /// How that grant would reach who lacks it.
        via: Option<Open<Via>>,
        /// The group it was given to, if it was one.
        group_id: Option<GroupId>,
        /// When it ended.
        expired_at: Option<DateTime<Utc>>,
        /// The exact grant that silences it.
        silenced_by: Option<GrantId>,
        /// The usernames of those who could give what is missing.
        #[serde(default)]
        could_grant: Vec<String>,
    },
    /// There is more than a reading tells; the shortest pathway is there.
    Truncated,
    /// How long the decision took: the last line.
    Time {
        /// In milliseconds.
        value: i64,
    },
    /// A line that this client does not know, as the server wrote it.
    #[serde(untagged)]
    Other(Value),
}

#[cfg(test)]
mod tests {
    use super::{MissingReason, Node, Via};
    use crate::stub::ID;
    use serde_json::json;

    #[test]
    fn every_line_of_a_reading_is_understood() {
        let path = json!({
            "$": "path", "via": "user-group", "has_terminal": true, "permission": "fs:/ann:read", "data": {},
            "grant_id": ID, "holder_username": "bob", "issuer_username": null, "issuer_user_id": ID, "group_id": ID,
            "reading": [{
                "$": "option", "permission": "fs:/ann:read", "source": "implied", "by": "is-owner", "data": {},
                "holder_username": "ann",
            }],
        });
        let all = json!([
            { "$": "rewrite", "from": "fs:/ann:read", "to": format!("fs:{ID}:read") },
            { "$": "explode", "from": "fs:/ann:read", "to": ["fs:/ann:read", "fs"] },
            path,
            { "$": "missing", "reason": "expired", "permission": "fs:/ann:read", "holder_username": "bob",
                "grant_id": ID, "issuer_username": "ann", "gives": "fs:/ann:write", "via": "user",
                "expired_at": "2027-01-15T08:00:00Z" },
            { "$": "time", "value": 3 },
            { "$": "weather", "value": "fine" },
        ]);
        let all: Vec<Node> = serde_json::from_value(all).unwrap();
        let [
            Node::Rewrite { .. },
            Node::Explode { to, .. },
            Node::Path { via, group_id, reading, issuer_username, .. },
            Node::Missing { reason, expired_at: Some(_), gives, via: Some(would_reach), group_id: None, .. },
            Node::Time { value: 3 },
            Node::Other(odd),
        ] = all.as_slice()
        else {
            panic!("{all:?}");
        };
        assert_eq!((to.len(), via.known(), issuer_username), (2, Some(Via::Group), &None));
        assert_eq!((reason.known(), would_reach.known()), (Some(MissingReason::Expired), Some(Via::User)));
        assert_eq!(gives.as_deref(), Some("fs:/ann:write"));
        assert_eq!(*group_id, ID.parse().ok());
        assert!(matches!(reading.as_slice(), [Node::Option { by, .. }] if by == "is-owner"));
        assert_eq!(odd["value"], "fine");
    }
}
