//! Moving to another catalog: previewed, done, and what was before still readable.

use attestry_catalog::{Files, Pack, Reading, pack_of_bytes};
use attestry_domain::assess::{RequirementDesign, RequirementOperation};
use attestry_domain::id::FrameworkId;
use attestry_domain::time::day;

use super::*;
use crate::packs::{Preview, adopt, built_in, in_force, preview, with_pack, without_pack};

const SHEET: &str = "id,parent,title\nH,,House rules\nH.1,H,Doors are locked\nH.2,H,Windows are shut\n";
const CONTROLS: &str = "\
family: house
title: House
controls:
  - id: HSE-01
    title: Doors are locked
    objective: nobody gets in
    practice: lock them
    nature: manual
    type: preventive
    cadence: daily
    owner: porter
    evidence: [round]
    streams: []
    mappings:
      - { requirement: 'house:H.1', kind: satisfies, rationale: a locked door is locked }
      - { requirement: 'soc2:CC6.4', kind: contributes, role: key, rationale: the doors are part of it }
";

/// A framework of two rules, and a control for one of them that SOC 2 needs too.
fn house_rules() -> Pack {
    let reading = Reading { name: Some("house".to_owned()), ..Reading::on(day("2026-03-01").unwrap()) };
    let mut pack = pack_of_bytes("house.csv", SHEET.as_bytes(), &reading).unwrap();
    pack.files.add("controls/house.yaml", CONTROLS);
    pack
}

fn framework(id: &str) -> FrameworkId {
    id.parse().unwrap()
}

fn adopt_house() -> Command {
    Command::AdoptFramework(FrameworkAdopted { framework: framework("house"), categories: Vec::new() })
}

/// States in design and operation by framework, as `status` gives them.
async fn states(workspace: &Workspace, at: Option<u64>) -> Vec<(FrameworkId, String)> {
    let status = workspace.status(Axis { at, ..Axis::default() }).await.unwrap();
    let one = |one: &attestry_domain::assess::FrameworkAssessment| {
        (one.id.clone(), format!("{:?} {:?}", one.design, one.operation))
    };
    status.readiness.frameworks.iter().map(one).collect()
}

fn previewed(preview: &Preview) -> Vec<(FrameworkId, String)> {
    let last = |one: &crate::packs::FrameworkEffect| {
        (one.id.clone(), format!("{:?} {:?}", one.design[1], one.operation.map(|[_, after]| after)))
    };
    preview.frameworks.iter().map(last).collect()
}

/// A workspace with SOC 2 Security in scope.
async fn begun(house: &House) -> (Workspace, Sender) {
    let workspace = house.create().await;
    let sender = house.sender(&workspace);
    house.clock.set("2026-03-02T09:00:00Z");
    sender.send(soc2()).await.unwrap();
    (workspace, sender)
}

#[tokio::test]
async fn a_preview_records_nothing_and_says_what_adopting_then_does() {
    let house = House::build().await;
    let (workspace, sender) = begun(&house).await;
    let n = workspace.newest().programme.sequence;
    let files = with_pack(&workspace, &house_rules(), false).await.unwrap();
    let seen = preview(&workspace, &files).await.unwrap();
    assert_eq!(
        (workspace.newest().programme.sequence, seen.at, seen.packs.as_slice()),
        (n, n, ["house".to_owned()].as_slice())
    );
    assert_eq!(seen.controls_needed, ["HSE-01".parse().unwrap()]);
    assert_eq!((seen.mappings.new, seen.mappings.gone, seen.mappings.changed), (0, 0, 0));
    assert!(!seen.is_nothing());
    let soc2 = &seen.frameworks[0];
    assert_eq!((soc2.added.len(), soc2.removed.len(), soc2.design[0].total), (0, 0, soc2.design[1].total));

    let recorded = adopt(&sender, &files, Some(seen.at)).await.unwrap();
    assert_eq!(recorded.events, Some((n + 1, n + 1)));
    let after = workspace.newest();
    assert_eq!((after.programme.catalog, after.catalog.digest), (Some(seen.after), Some(seen.after)));
    assert_eq!(states(&workspace, None).await, previewed(&seen));
    assert!(after.catalog.frameworks.contains_key(&framework("house")));
    assert!(preview(&workspace, &files).await.unwrap().is_nothing());
    assert_eq!(adopt(&sender, &files, None).await.unwrap().events, None);
}

#[tokio::test]
async fn states_that_change_are_previewed_requirement_by_requirement() {
    let house = House::build().await;
    let (workspace, sender) = begun(&house).await;
    let rules = house_rules();
    adopt(&sender, &with_pack(&workspace, &rules, false).await.unwrap(), None).await.unwrap();
    sender.send(adopt_house()).await.unwrap();
    // A newer edition without H.1 and its control, and with a third rule.
    let mut next = rules.clone();
    let text = String::from_utf8(rules.files.0["frameworks/house.yaml"].clone()).unwrap();
    next.files.0.clear();
    next.files.add("frameworks/house.yaml", text.replace("\"H.1\"", "\"H.3\""));
    let refused = with_pack(&workspace, &next, false).await.unwrap_err();
    assert!(refused.is_callers() && refused.to_string().contains("`--replace`"), "{refused}");
    let files = with_pack(&workspace, &next, true).await.unwrap();
    let seen = preview(&workspace, &files).await.unwrap();
    let effect = seen.frameworks.iter().find(|one| one.id == framework("house")).unwrap();
    assert_eq!(
        (&effect.added[..], &effect.removed[..]),
        (&["house:H.3".parse().unwrap()][..], &["house:H.1".parse().unwrap()][..])
    );
    assert_eq!(seen.controls_left, ["HSE-01".parse().unwrap()]);
    assert_eq!(seen.mappings.gone, 2);
    adopt(&sender, &files, None).await.unwrap();
    assert_eq!(states(&workspace, None).await, previewed(&seen));
}

#[tokio::test]
async fn an_earlier_n_is_answered_from_the_catalog_of_its_time_also_after_a_restart() {
    let house = House::build().await;
    let (workspace, sender) = begun(&house).await;
    let n = workspace.newest().programme.sequence;
    let then = states(&workspace, Some(n)).await;
    let old = workspace.newest().catalog.digest;
    let files = with_pack(&workspace, &house_rules(), false).await.unwrap();
    adopt(&sender, &files, None).await.unwrap();
    sender.send(adopt_house()).await.unwrap();
    for workspace in [workspace, house.app.open("acme").await.unwrap()] {
        let before = workspace.at(Some(n)).await.unwrap().catalog;
        assert_eq!((before.digest, before.frameworks.contains_key(&framework("house"))), (old, false));
        assert_eq!(states(&workspace, Some(n)).await, then);
        let ids: Vec<FrameworkId> = states(&workspace, None).await.into_iter().map(|(id, _)| id).collect();
        assert_eq!(ids, [framework("house"), framework("soc2")]);
        let refused = workspace.status(Axis::default()).await.unwrap();
        let rule = &refused.readiness.frameworks[0].requirements[0];
        assert_eq!(
            (rule.design, rule.operation),
            (RequirementDesign::Unknown, Some(RequirementOperation::NotMet))
        );
    }
}

#[tokio::test]
async fn moving_to_the_built_in_catalog_keeps_the_packs() {
    let house = House::build().await;
    let (workspace, sender) = begun(&house).await;
    let mut older = Files::embedded();
    older.0.remove("topics.yaml");
    let files = older.with(&house_rules(), false).unwrap();
    adopt(&sender, &files, None).await.unwrap();
    assert!(workspace.newest().catalog.topics.is_empty());
    let files = built_in(&workspace).await.unwrap();
    let seen = preview(&workspace, &files).await.unwrap();
    assert!(seen.diff.differences.iter().all(|one| one.kind == "topic"), "{:?}", seen.diff);
    adopt(&sender, &files, Some(seen.at)).await.unwrap();
    let catalog = workspace.newest().catalog;
    assert!(!catalog.topics.is_empty() && catalog.frameworks.contains_key(&framework("house")));
    sender.send(adopt_house()).await.unwrap();
    let without = without_pack(&workspace, "house").await.unwrap();
    assert_eq!(without, Files::embedded());
    assert_eq!(preview(&workspace, &without).await.unwrap().frameworks_left, [framework("house")]);
    adopt(&sender, &without, None).await.unwrap();
    assert_eq!(in_force(&workspace).await.unwrap(), Files::embedded());
    let gone = without_pack(&workspace, "house").await.unwrap_err();
    assert_eq!(gone.to_string(), "there is no pack `house`");
}

#[tokio::test]
async fn a_broken_pack_is_refused_with_its_faults_and_nothing_is_recorded() {
    let house = House::build().await;
    let (workspace, sender) = begun(&house).await;
    let n = workspace.newest().programme.sequence;
    let mut broken = house_rules();
    broken.files.add(
        "controls/house.yaml",
        CONTROLS.replace("house:H.1", "house:H.11").replace("soc2:CC6.4", "soc2:CC6.44"),
    );
    let files = with_pack(&workspace, &broken, false).await.unwrap();
    for error in
        [preview(&workspace, &files).await.map(|_| ()), adopt(&sender, &files, None).await.map(|_| ())]
    {
        let error = error.unwrap_err();
        assert!(error.is_callers());
        let lines: Vec<String> = error.to_string().lines().map(str::to_owned).collect();
        assert_eq!(lines[0], "the catalog has 2 faults; mend them: nothing was changed");
        assert!(lines[1].ends_with("unknown requirement `house:H.11`; nearest is `house:H.1`"), "{lines:?}");
        assert!(
            lines[2].ends_with("unknown requirement `soc2:CC6.44`; nearest is `soc2:CC6.4`"),
            "{lines:?}"
        );
    }
    assert_eq!(workspace.newest().programme.sequence, n);
}

#[tokio::test]
async fn a_preview_that_somebody_overtook_is_not_adopted() {
    let house = House::build().await;
    let (workspace, sender) = begun(&house).await;
    let files = with_pack(&workspace, &house_rules(), false).await.unwrap();
    let seen = preview(&workspace, &files).await.unwrap();
    let mut other = house_rules();
    other.name = "other".to_owned();
    adopt(&sender, &with_pack(&workspace, &other, false).await.unwrap(), None).await.unwrap();
    let stale = adopt(&sender, &files, Some(seen.at)).await.unwrap_err();
    assert!(stale.to_string().contains("`catalog` was changed by event"), "{stale}");
}
