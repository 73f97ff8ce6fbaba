//! A workspace with its first owner.

use std::process::ExitCode;

use attestry_app::begin::Beginning;
use attestry_domain::event::FrameworkAdopted;
use serde_json::json;

use crate::args::{Init, Place, Scope, View};
use crate::home::{self, Queries};
use crate::ui::words::counted;
use crate::ui::{Fault, Out};
use crate::verb::Done;

pub(crate) async fn run(place: &Place, view: &View, out: Out, args: Init) -> Done {
    home::newest_only(view, "init")?;
    let app = home::make(place, Queries::Here).await?;
    if app.has_begun(&place.workspace).await? {
        let fault = Fault::wrong(format!(
            "workspace `{}` is there already in {}",
            place.workspace,
            place.home.display()
        ));
        return Err(fault.help("name another with --workspace NAME, or another folder with --home DIR"));
    }
    let adopt = |scope: Scope| FrameworkAdopted { framework: scope.framework, categories: scope.categories };
    let wanted = Beginning {
        name: args.name,
        time_zone: args.time_zone,
        owner_name: args.owner.name,
        owner_email: args.owner.email,
        frameworks: args.frameworks.into_iter().map(adopt).collect(),
    };
    let (workspace, person) = app.begin(&place.workspace, wanted).await?;
    home::finish(&workspace).await?;
    let snapshot = workspace.newest();
    let programme = &snapshot.programme;
    let document = json!({
        "workspace": workspace.id(),
        "name": place.workspace,
        "home": place.home,
        "owner": person,
        "frameworks": programme.adopted(),
        "controls": programme.controls.keys().collect::<Vec<_>>(),
        "at": programme.sequence,
    });
    out.show(&document, |page| {
        let name = programme.workspace.as_ref().map_or("", |workspace| workspace.name.as_str());
        page.title(format!("{name}: workspace `{}` in {}", place.workspace, place.home.display()));
        for framework in programme.frameworks.keys() {
            let short = snapshot.catalog.frameworks.get(framework).map_or("", |one| one.short.as_str());
            page.say(format!("{short} ({framework}) is in scope."));
        }
        let controls = u64::try_from(programme.controls.len()).unwrap_or(0);
        page.say(format!("{} adopted. Next: `attestry export programme` writes the programme as files to fill in, `attestry status` shows what is missing.", counted(controls, "control")));
    })?;
    Ok(ExitCode::SUCCESS)
}
