use super::story::Story;
use vouchsafe_types::Restrictions;

/// The smallest story found that still fails: what can be left out, is.
pub(super) fn shrunk(story: &Story, fails: &mut dyn FnMut(&Story) -> bool) -> Story {
    let mut best = story.clone();
    loop {
        let Some(smaller) = smaller(&best).into_iter().find(|story| fails(story)) else { return best };
        best = smaller;
    }
}

/// The story with one thing left out.
fn smaller(story: &Story) -> Vec<Story> {
    let mut all = Vec::new();
    let mut with = |change: &dyn Fn(&mut Story)| {
        let mut less = story.clone();
        change(&mut less);
        if less != *story {
            all.push(less);
        }
    };
    for at in (0..story.deeds.len()).rev() {
        with(&|less| {
            less.deeds.remove(at);
        });
    }
    for at in (0..story.rows.len()).rev() {
        with(&|less| {
            less.rows.remove(at);
        });
        with(&|less| less.rows[at].ends = None);
        with(&|less| less.rows[at].exact = false);
    }
    for at in 0..story.groups.len() {
        with(&|less| {
            less.groups[at].pop();
        });
    }
    for at in 0..story.people.len() {
        with(&|less| less.people[at] = (true, true));
    }
    for at in 0..story.entries.len() {
        with(&|less| less.entries[at].kept_back = Restrictions::NONE);
    }
    let is_parent = |at: usize| story.entries.iter().any(|spot| spot.parent == Some(at));
    let last = story.entries.len().saturating_sub(1);
    if story.entries.get(last).is_some_and(|spot| spot.parent.is_some()) && !is_parent(last) {
        with(&|less| {
            less.entries.pop();
        });
    }
    all
}
