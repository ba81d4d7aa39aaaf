//! `demo`: everything at once, on a catalog and marketplaces that are part of the program.

use super::office;
use super::office::Said;
use crate::Outcome;
use crate::arguments::Color;
use crate::arguments::DemoArguments;
use anyhow::Context as _;
use anyhow::anyhow;
use feedwright_ledger::Filter;
use feedwright_ledger::Ledger;
use feedwright_runner::pipeline::Silent;
use feedwright_runner::plan;
use feedwright_runner::plan::Detail;
use feedwright_runner::render::Style;
use feedwright_runner::round::Round;
use feedwright_runner::selling;
use feedwright_runner::setup;
use feedwright_runner::setup::Overrides;
use feedwright_runner::status;
use feedwright_runner::wire::Stop;
use feedwright_sandbox::Defects;
use feedwright_sandbox::Sandbox;
use feedwright_sandbox::Settings;
use jiff::SignedDuration;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

/// The samples, as they stand in the project.
const FILES: &[(&str, &[u8])] = &[
    ("feedwright.toml", include_bytes!("../../../../samples/all-marketplaces.toml")),
    ("categories.csv", include_bytes!("../../../../samples/categories.csv")),
    ("catalog/catalog.jsonl", include_bytes!("../../../../samples/catalog/catalog.jsonl")),
];

/// An hour of the marketplaces takes two seconds.
const SPEED: u32 = 1_800;

/// So many of a thousand SKUs the sandbox finds fault with, so that there is something to see.
const DEFECTS: u32 = 120;

/// How long verdicts are waited for, on the sandbox's clock.
const PATIENCE: SignedDuration = SignedDuration::from_hours(48);

pub(crate) fn demo(arguments: &DemoArguments) -> anyhow::Result<Outcome> {
    let temporary = tempfile::tempdir()?;
    let folder = arguments.out.as_deref().unwrap_or(temporary.path());
    for (name, bytes) in FILES {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
        }
        fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    }
    let settings = Settings { speed: SPEED, seed: 7, defects: Defects::new(DEFECTS, 7), ..Settings::default() };
    let sandbox = Sandbox::start(settings).context("cannot start the sandbox on this machine")?;
    let demo = Demo { folder, sandbox: &sandbox, color: arguments.color };
    demo.title("1. Build: the catalog becomes the files each marketplace takes")?;
    demo.build()?;
    demo.title("2. Plan and apply: what is new is sent, to marketplaces simulated in this process")?;
    demo.round()?;
    demo.title("3. Verdicts: what the marketplaces made of it")?;
    demo.verdicts()?;
    demo.title("4. Plan again: the marketplaces know everything but what they rejected")?;
    demo.plan_again()?;
    let mut out = io::stdout().lock();
    if arguments.out.is_some() {
        writeln!(out, "\nThe catalog, the configuration, the files and the ledger are in {}.", folder.display())?;
    } else {
        writeln!(
            out,
            "\nWith --out DIR the catalog, the configuration, the files and the ledger are left to look at."
        )?;
    }
    Ok(Outcome::Fine)
}

struct Demo<'a> {
    folder: &'a Path,
    sandbox: &'a Sandbox,
    color: Color,
}

impl Demo<'_> {
    fn title(&self, text: &str) -> anyhow::Result<()> {
        writeln!(io::stdout(), "\n== {text}\n")?;
        let _ = self.color;
        Ok(())
    }

    fn style(&self) -> Style {
        Style { color: super::wants_color(self.color), width: super::width() }
    }

    fn build(&self) -> anyhow::Result<()> {
        let (file, folder) = self.config()?;
        let overrides = Overrides::default();
        let channels = setup::channels(&file, &folder, &overrides)?;
        let job = feedwright_runner::pipeline::Job {
            sources: setup::sources(&file, &folder, &overrides)?,
            channels: &channels.open,
            threads: office::threads(None),
            levels: Arc::new(file.levels()?),
            names_ready_skus: false,
        };
        let feeds = self.folder.join("feeds");
        let out = feedwright_runner::publish::OutDir::open(&feeds)?;
        let (run, manifest) = feedwright_runner::pipeline::build(&job, out, &Silent)?;
        let mut stdout = io::stdout().lock();
        for channel in &manifest.channels {
            let files: Vec<&str> = channel.files.iter().map(|file| file.file.as_str()).collect();
            writeln!(
                stdout,
                "{}: {} of {} records in {}",
                channel.name,
                channel.counts.ready,
                channel.counts.items,
                if files.is_empty() { "no file".to_owned() } else { files.join(", ") }
            )?;
        }
        writeln!(
            stdout,
            "{} errors block the others; feedwright check names each with its line, its column and what to do",
            run.summary.n_errors
        )?;
        Ok(())
    }

    fn round(&self) -> anyhow::Result<()> {
        let (file, folder) = self.config()?;
        let selling = selling::open(&file, &folder, &Overrides::default(), &[])?;
        let world = selling::world(Some(self.sandbox.url()), Stop::new()).map_err(|why| anyhow!(why))?;
        let columns = selling::columns(&selling.sources);
        let mut shops = Vec::new();
        for shop in selling.shops {
            let wire = selling::wire(&file, &folder, &shop, Some(self.sandbox.url()), &world)?;
            shops.push((shop, Arc::new(wire)));
        }
        let location = selling::ledger(&file, &folder)?;
        let open = || Ledger::open(&location);
        let round = Round {
            shops,
            sources: selling.sources,
            world: &world,
            open: &open,
            columns,
            threads: office::threads(None),
            levels: selling.levels,
            repeat_after: SignedDuration::ZERO,
            accepted: BTreeSet::new(),
            who: "demo".to_owned(),
            left_out: selling.left_out,
            memory: Some(selling.memory),
            wait_until: Some(world.clock.now().saturating_add(PATIENCE)?),
        };
        let style = self.style();
        let mut shown = Ok(());
        let made = round.make(None, &Silent, &Out, &mut |plan| {
            shown = plan::show(plan, Detail::Examples, style, &mut io::stdout().lock());
        })?;
        shown?;
        for channel in made.channels {
            if let Some(why) = channel.trouble {
                return Err(anyhow!("{}: {why}", channel.name));
            }
        }
        Ok(())
    }

    fn verdicts(&self) -> anyhow::Result<()> {
        let (file, folder) = self.config()?;
        let mut ledger = Ledger::open(&selling::ledger(&file, &folder)?)?;
        let submissions = ledger.submissions(&Filter::default())?;
        let shown = submissions.into_iter().map(|summary| {
            let findings = ledger.findings_of(summary.id)?;
            Ok(status::Shown { summary, findings })
        });
        let shown = shown.collect::<anyhow::Result<Vec<_>>>()?;
        status::text(&shown, Timestamp::now(), self.style(), &mut io::stdout().lock())?;
        Ok(())
    }

    fn plan_again(&self) -> anyhow::Result<()> {
        let (file, folder) = self.config()?;
        let selling = selling::open(&file, &folder, &Overrides::default(), &[])?;
        let mut ledger = Ledger::open(&selling::ledger(&file, &folder)?)?;
        let planning = plan::Planning {
            shops: &selling.shops,
            sources: selling.sources,
            threads: office::threads(None),
            levels: selling.levels,
            now: Timestamp::now(),
            repeat_after: SignedDuration::ZERO,
            accepted: BTreeSet::new(),
            left_out: Vec::new(),
            memory: None,
            digests: false,
        };
        let plan = plan::plan(planning, &mut ledger, &Silent)?;
        plan::show(&plan, Detail::Examples, self.style(), &mut io::stdout().lock())?;
        Ok(())
    }

    fn config(&self) -> anyhow::Result<(feedwright_runner::config::ConfigFile, std::path::PathBuf)> {
        let path = self.folder.join("feedwright.toml");
        setup::read_config(Some(&path))?.context("the configuration was written and is gone")
    }
}

/// What is said while it works belongs to the demo.
struct Out;

impl feedwright_runner::send::Listener for Out {
    fn say(&self, line: &str) {
        let said = writeln!(io::stdout(), "{line}");
        if said.is_err() {
            Said { is_quiet: false }.say(line);
        }
    }
}
