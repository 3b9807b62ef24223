//! Holders and resources as columns.

use crate::{StoreError, sql_types::Id};
use uuid::Uuid;
use vouchsafe_types::{Ask, Holder, Permission, Resource, Target};

/// The columns that say who holds a grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HolderColumns {
    pub(crate) kind: i16,
    pub(crate) id: Id,
    pub(crate) app: Option<String>,
}

/// Fills `holder_id` where the kind needs none, so that the index stays total.
pub(crate) const NOBODY: Id = Id(Uuid::nil());

impl From<&Holder> for HolderColumns {
    fn from(holder: &Holder) -> Self {
        let plain = |kind, id: Id| Self { kind, id, app: None };
        match holder {
            Holder::User(id) => plain(0, (*id).into()),
            Holder::Group(id) => plain(1, (*id).into()),
            Holder::Everyone => plain(2, NOBODY),
            Holder::App { app, user } => {
                Self { kind: 3, id: user.map_or(NOBODY, Id::from), app: Some(app.as_str().to_owned()) }
            }
            Holder::Token(id) => plain(4, (*id).into()),
            Holder::Link(id) => plain(5, (*id).into()),
        }
    }
}

impl TryFrom<HolderColumns> for Holder {
    type Error = StoreError;

    fn try_from(columns: HolderColumns) -> Result<Self, StoreError> {
        let HolderColumns { kind, id, app } = columns;
        match (kind, app) {
            (0, None) => Ok(Self::User(id.to())),
            (1, None) => Ok(Self::Group(id.to())),
            (2, None) => Ok(Self::Everyone),
            (3, Some(app)) => {
                let app = app.parse().map_err(|e| StoreError::Corrupt(format!("holder app: {e}")))?;
                Ok(Self::App { app, user: (id != NOBODY).then(|| id.to()) })
            }
            (4, None) => Ok(Self::Token(id.to())),
            (5, None) => Ok(Self::Link(id.to())),
            (kind, _) => Err(StoreError::Corrupt(format!("holder kind {kind}"))),
        }
    }
}

/// The resource of a grant as text, when it is no entry.
pub(crate) fn resource_name(resource: &Resource) -> String {
    Permission::on(resource.clone(), Ask::Whole).to_string()
}

/// The resource of a grant from its text.
pub(crate) fn resource_of(name: &str) -> Result<Resource, StoreError> {
    match name.parse::<Permission>().map(|p| p.target) {
        Ok(Target::Resource(resource)) => Ok(resource),
        Ok(_) | Err(_) => Err(StoreError::Corrupt("the name of a grant's resource".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::{holder_json, holder_of};
    use vouchsafe_types::{GroupId, LinkId, SessionId, UserId};

    #[test]
    fn every_holder_survives_its_columns_and_the_audit() {
        let app: vouchsafe_types::AppUid = "app-1".parse().unwrap();
        for holder in [
            Holder::User(UserId::mint()),
            Holder::Group(GroupId::mint()),
            Holder::Everyone,
            Holder::App { app: app.clone(), user: None },
            Holder::App { app, user: Some(UserId::mint()) },
            Holder::Token(SessionId::mint()),
            Holder::Link(LinkId::mint()),
        ] {
            assert_eq!(Holder::try_from(HolderColumns::from(&holder)).unwrap(), holder);
            assert_eq!(holder_of(&holder_json(&holder)), Some(holder));
        }
    }
}
