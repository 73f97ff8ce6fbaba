//! Sets a template by hand: `typeset MAIN.typ DATA.json OUT.pdf`. Files beside the template are given to it.
#![allow(clippy::print_stderr, reason = "a program for people")]

use std::error::Error;
use std::fs;
use std::io;
use std::path::Path;

use attestry_typeset::{Document, Template, typeset};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [main, data, out] = args.as_slice() else {
        return Err("call: typeset MAIN.typ DATA.json OUT.pdf".into());
    };
    let source = fs::read_to_string(main)?;
    let template = Template { main: &source, files: beside(Path::new(main))? };
    let document = Document { title: "Trial".to_owned(), author: None, date: (2026, 12, 31) };
    let set = typeset(&template, &serde_json::from_slice(&fs::read(data)?)?, &document)?;
    for warning in &set.warnings {
        eprintln!("{warning}");
    }
    fs::write(out, set.pdf)?;
    Ok(())
}

/// Every other `.typ` file of the folder.
fn beside(main: &Path) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(main.parent().unwrap_or(Path::new(".")))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path != main && name.ends_with(".typ") {
            files.push((name, fs::read(&path)?));
        }
    }
    Ok(files)
}
