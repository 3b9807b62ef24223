//! What has to do with settings that change while the service is down.

use super::{links::LinkOptions, set::*, target::*};
use crate::{EntryKind, testing::World};
use uuid::Uuid;
use vouchsafe_types::Access;

#[test]
fn while_links_are_off_they_show_as_off_and_an_echo_leaves_them() {
    let world = World::new();
    let (_, ann) = world.person("ann");
    let entry = world.entry("/ann/plan.docx", EntryKind::File).entry;
    let file = [OfficeTarget { number: Some(entry.id), kind: TargetKind::File }];
    let of = |subject, setting, options| ShareChange {
        sets: vec![SetShare { subject, setting, options }],
        ..ShareChange::default()
    };
    let read = Setting::Exactly(Access::Read);
    let more = of(SubjectId::Id(Uuid::from_u128(7)), read, Some(LinkOptions::default()));
    for change in [of(SubjectId::DefaultLink, read, None), more] {
        world.vouchsafe.change_shares(&ann, &file, &change).unwrap();
    }
    let made = world.vouchsafe.shares_of(&ann, &file).unwrap().remove(0).links;
    let mut settings = world.vouchsafe.settings().clone();
    settings.are_public_links_on = false;
    let off = world.vouchsafe.with_settings(settings);
    let shown = off.shares_of(&ann, &file).unwrap().remove(0).links;
    assert!(shown.len() == 2 && shown.iter().all(|link| link.access == Access::None && link.token.is_none()));
    let further = shown.iter().find(|link| !link.is_default).and_then(|link| link.id).unwrap();
    for subject in [SubjectId::DefaultLink, SubjectId::Id(further.as_uuid())] {
        off.change_shares(&ann, &file, &of(subject, Setting::Exactly(Access::None), None)).unwrap();
    }
    assert_eq!(world.vouchsafe.shares_of(&ann, &file).unwrap().remove(0).links, made);
    off.change_shares(&ann, &file, &of(SubjectId::DefaultLink, Setting::Nothing, None)).unwrap();
    assert_eq!(world.count_grants(), 1, "what is removed is gone");
}
