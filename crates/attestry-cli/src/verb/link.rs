//! A link that signs a person in once: the first way in, and the way back when a password is lost.

use std::process::ExitCode;

use attestry_domain::role::Role;
use serde_json::json;

use crate::args::{Link, Place, View};
use crate::home;
use crate::ui::{Fault, Out};
use crate::verb::Done;

pub(crate) async fn run(place: &Place, view: &View, out: Out, args: Link) -> Done {
    home::newest_only(view, "link")?;
    let sender = home::sender(place).await?;
    let workspace = sender.workspace();
    let programme = workspace.newest().programme;
    let owns = |person| programme.roles_on(person, workspace.today()).any(|role| role == Role::Owner);
    if !sender.person().is_some_and(owns) {
        return Err(Fault::wrong("only an owner makes links").help("name an owner with --as EMAIL"));
    }
    let Some(person) = programme.person_by_email(&args.email) else {
        let fault = Fault::wrong(format!("nobody here has the address `{}`", args.email));
        return Err(fault.help("add the person to people.yaml and `attestry apply` it"));
    };
    if programme.roles_on(person, workspace.today()).next().is_none() {
        return Err(
            Fault::wrong(format!("`{}` holds no role today", args.email)).help("grant one in people.yaml")
        );
    }
    let token = workspace.app().login_link(workspace, person).await?;
    let address = format!("{}/login/{token}", args.url.trim_end_matches('/'));
    let name = programme.name_of(person);
    out.show(&json!({ "person": person, "address": address }), |page| {
        page.say(format!("{name} signs in once with this, within a day, and sets a password:"));
        page.raw(&address);
    })?;
    Ok(ExitCode::SUCCESS)
}
