use super::{args::Question, dispatch::print_lines};
use crate::{config::Config, failure::Failure, run::open_migrated};
use vouchsafe_flows::{Asked, Check};
use vouchsafe_types::Actor;

fn asked(question: &Question) -> Check {
    let asked = Asked::Person { username: question.name.clone(), app: None };
    Check { asked, permission: question.permission.clone() }
}

/// Prints `allow`, or `deny` with exit code 1.
pub(super) fn check(config: &Config, question: &Question) -> Result<(), Failure> {
    let checked = open_migrated(config)?.vouchsafe.check(&asked(question), None)?;
    if checked.allowed == [true] {
        return print_lines(["allow".to_owned()]);
    }
    print_lines(["deny".to_owned()])?;
    Err(Failure::Denied)
}

/// Prints the reading as JSON; exit code 1 when it is a deny.
pub(super) fn explain(config: &Config, question: &Question) -> Result<(), Failure> {
    let operator = Actor::Service { name: "operator".to_owned() };
    let explained = open_migrated(config)?.vouchsafe.explain(&operator, &asked(question), None)?;
    let allowed = explained.explanation.decision.allowed;
    let reading = vouchsafe_http::reading_view(&explained);
    print_lines([serde_json::json!({ "allowed": allowed, "reading": reading }).to_string()])?;
    if allowed { Ok(()) } else { Err(Failure::Denied) }
}
