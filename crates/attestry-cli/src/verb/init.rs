//! A workspace with its first owner.

use std::process::ExitCode;

use attestry_domain::command::{AddPerson, Command, CreateWorkspace};
use attestry_domain::event::{Actor, FrameworkAdopted};
use attestry_domain::id::{PersonId, WorkspaceId};
use attestry_domain::role::Role;
use serde_json::json;

use crate::args::{Init, Place, View};
use crate::home::{self, Queries};
use crate::ui::words::counted;
use crate::ui::{Fault, Out};
use crate::verb::Done;

pub(crate) async fn run(place: &Place, view: &View, out: Out, args: Init) -> Done {
    home::newest_only(view, "init")?;
    let app = home::make(place, Queries::Here).await?;
    check(&app.catalog, &args)?;
    let begun = match app.store.lookup_workspace(&place.workspace).await? {
        Some(found) => app.store.head(found.id).await? > 0,
        None => false,
    };
    if begun {
        let fault = Fault::wrong(format!(
            "workspace `{}` is there already in {}",
            place.workspace,
            place.home.display()
        ));
        return Err(fault.help("name another with --workspace NAME, or another folder with --home DIR"));
    }
    let person = PersonId::new(app.ulid());
    let owner =
        AddPerson { person, name: args.owner.name, email: args.owner.email, roles: vec![Role::Owner] };
    let wanted = CreateWorkspace {
        workspace: WorkspaceId::new(app.ulid()),
        name: args.name,
        time_zone: args.time_zone,
        simulated: None,
        owner,
    };
    let workspace = app.create(&place.workspace, wanted).await?;
    let sender = workspace.sender(Actor::Person(person));
    for scope in args.frameworks {
        let (framework, categories) = (scope.framework, scope.categories);
        sender.send(Command::AdoptFramework(FrameworkAdopted { framework, categories })).await?;
    }
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

/// What would be refused halfway is refused before anything is made.
fn check(catalog: &attestry_domain::catalog::Catalog, args: &Init) -> Result<(), Fault> {
    attestry_domain::time::zone(&args.time_zone)
        .map_err(|error| Fault::split(crate::ui::WRONG, &error.to_string()))?;
    for scope in &args.frameworks {
        let Some(framework) = catalog.frameworks.get(&scope.framework) else {
            let known: Vec<&str> = catalog.frameworks.keys().map(|id| id.as_str()).collect();
            let fault = Fault::wrong(format!("there is no framework `{}`", scope.framework));
            return Err(fault.help(format!("frameworks: {}", known.join(", "))));
        };
        if let Some(unknown) =
            scope.categories.iter().find(|id| !framework.categories.iter().any(|one| one.id == **id))
        {
            let known: Vec<&str> = framework.categories.iter().map(|one| one.id.as_str()).collect();
            let fault = Fault::wrong(format!("{} has no category `{unknown}`", framework.id));
            return Err(fault.help(format!("categories: {}", known.join(", "))));
        }
    }
    Ok(())
}
