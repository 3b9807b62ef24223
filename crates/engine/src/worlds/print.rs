use super::story::{Row, Story, What, Whom};
use std::fmt::{self, Display, Formatter};
use vouchsafe_types::Restrictions;

impl Display for Story {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {}", self.seed)?;
        for (at, (is_active, is_confirmed)) in self.people.iter().enumerate() {
            let state = if *is_active { "" } else { ", suspended" };
            let proof = if *is_confirmed { "" } else { ", address not proven" };
            writeln!(f, "person {at}{state}{proof}")?;
        }
        for (at, members) in self.groups.iter().enumerate() {
            writeln!(f, "group {at}: {members:?}")?;
        }
        for (at, spot) in self.entries.iter().enumerate() {
            let kind = if spot.is_file { "file" } else { "directory" };
            let name = spot.name.map(|name| format!(" `{name}`")).unwrap_or_default();
            let kept_back =
                if spot.kept_back == Restrictions::NONE { String::new() } else { format!(", {:?}", spot.kept_back) };
            match spot.parent {
                Some(parent) => writeln!(f, "entry {at}: {kind}{name} in {parent}{kept_back}")?,
                None => writeln!(f, "entry {at}: home of {at}")?,
            }
        }
        for (at, row) in self.rows.iter().enumerate() {
            writeln!(f, "row {at}: {row}")?;
        }
        for deed in &self.deeds {
            writeln!(f, "then {deed:?}")?;
        }
        Ok(())
    }
}

impl Display for Row {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { issuer, whom, what, capabilities, exact, ends } = self;
        write!(f, "{issuer} gives {whom} {capabilities:?} on {what}")?;
        if *exact {
            write!(f, ", exact")?;
        }
        ends.map_or(Ok(()), |ends| write!(f, ", until second {ends}"))
    }
}

impl Display for Whom {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(at) => write!(f, "person {at}"),
            Self::Group(at) => write!(f, "group {at}"),
            Self::Default(true) => write!(f, "the proven"),
            Self::Default(false) => write!(f, "the unproven"),
            Self::Everyone => write!(f, "everyone"),
            Self::App(at, Some(user)) => write!(f, "app {at} for person {user}"),
            Self::App(at, None) => write!(f, "app {at}"),
            Self::Token => write!(f, "his token"),
            Self::Link(at) => write!(f, "link {at}"),
        }
    }
}

impl Display for What {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entry(at) => write!(f, "entry {at}"),
            Self::App(at) => write!(f, "app {at}"),
            Self::Site(at) => write!(f, "site {at}"),
            Self::Name(below) => write!(f, "name {below}"),
        }
    }
}
