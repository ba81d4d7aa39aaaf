//! Writes the adapter of a new marketplace: a crate, templates, a starter document and a sample. It compiles at once, and
//! fails the conformance kit until its FIXMEs are filled in.

use anyhow::Context as _;
use anyhow::Result;
use anyhow::bail;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The marketplace's id: lower-case words joined by `-`. It names the crate, the folders, and it in configuration.
    name: String,
    /// The folder of the workspace it is written into.
    #[arg(long, hide = true)]
    root: Option<PathBuf>,
}

macro_rules! text {
    ($path:literal) => {
        include_str!(concat!("new_marketplace/", $path, ".tmpl"))
    };
}

/// What is written, and where.
const FILES: &[(&str, &str)] = &[
    ("crates/{{id}}/Cargo.toml", text!("Cargo.toml")),
    ("crates/{{id}}/src/lib.rs", text!("lib.rs")),
    ("crates/{{id}}/src/profile.rs", text!("profile.rs")),
    ("crates/{{id}}/src/schema.rs", text!("schema.rs")),
    ("crates/{{id}}/src/builtin.rs", text!("builtin.rs")),
    ("crates/{{id}}/src/policy.rs", text!("policy.rs")),
    ("crates/{{id}}/src/lint.rs", text!("lint.rs")),
    ("crates/{{id}}/tests/conformance.rs", text!("conformance.rs")),
    ("templates/{{id}}/listings.toml", text!("listings.toml")),
    ("templates/{{id}}/tables/conditions.csv", text!("conditions.csv")),
    ("schemas/{{id}}/README.md", text!("README.md")),
    ("schemas/{{id}}/example.json", text!("starter.json")),
    ("samples/{{id}}/catalog/example.json", text!("sample.json")),
];

/// Every pure crate is held to the same bans, so they are copied and not written.
const BANS: &str = "crates/catalog/clippy.toml";

/// Shorter names stand inside other words, and shared code may not hold a marketplace's name.
const SHORTEST: usize = 3;

/// Writes the files, and says what is left to do by hand.
pub(crate) fn new_marketplace(arguments: &Arguments) -> Result<()> {
    let root = arguments.root.clone().unwrap_or_else(crate::shell::root);
    let names = Names::of(&arguments.name)?;
    names.are_free(&root)?;
    let bans = root.join(BANS);
    let bans = fs::read_to_string(&bans).with_context(|| format!("cannot read {}", bans.display()))?;
    let files = FILES.iter().map(|(path, text)| (names.put_into(path), names.put_into(text)));
    for (path, text) in files.chain([(names.put_into("crates/{{id}}/clippy.toml"), bans)]) {
        write(&root, &path, &text)?;
        println!("wrote {path}");
    }
    println!("{}", names.put_into(LEFT_TO_DO));
    Ok(())
}

const LEFT_TO_DO: &str = r#"
It compiles as it stands, and fails the laws every adapter keeps until its FIXMEs are filled in:

  cargo test -p feedwright-{{id}} --test conformance

Two lines make it known. In crates/runner/Cargo.toml, under [dependencies]:

  feedwright-{{id}} = { path = "../{{id}}" }

and in crates/runner/src/marketplaces.rs, in the order of ids:

  Adapter { profile: &{{crate}}::PROFILE, open: {{crate}}::open },

How to go on stands in docs/guide/src/add-a-marketplace.md."#;

fn write(root: &Path, path: &str, text: &str) -> Result<()> {
    let path = root.join(path);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// A marketplace's name in every form it is written in.
struct Names<'a> {
    /// `big-shop`
    id: &'a str,
    /// `Big Shop`
    name: String,
    /// `BigShop`
    type_name: String,
    /// `feedwright_big_shop`
    crate_name: String,
}

impl<'a> Names<'a> {
    fn of(id: &'a str) -> Result<Self> {
        let is_word = |word: &str| {
            word.starts_with(|c: char| c.is_ascii_lowercase())
                && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        if !id.split('-').all(is_word) {
            bail!("`{id}` cannot be an id: write lower-case words of letters and digits, joined by `-`, as `big-shop`");
        }
        if id.len() < SHORTEST {
            bail!("`{id}` is too short for an id: write at least {SHORTEST} letters");
        }
        let words: Vec<String> = id.split('-').map(capitalised).collect();
        Ok(Self {
            id,
            name: words.join(" "),
            type_name: words.concat(),
            crate_name: format!("feedwright_{}", id.replace('-', "_")),
        })
    }

    /// Whether nothing has the name yet.
    fn are_free(&self, root: &Path) -> Result<()> {
        for folder in ["crates", "templates", "schemas", "samples"] {
            let path = format!("{folder}/{}", self.id);
            if root.join(&path).exists() {
                bail!("{path} is there already: take another name, or delete what is left of the last try");
            }
        }
        Ok(())
    }

    fn put_into(&self, text: &str) -> String {
        text.replace("{{id}}", self.id)
            .replace("{{Name}}", &self.name)
            .replace("{{Type}}", &self.type_name)
            .replace("{{crate}}", &self.crate_name)
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
