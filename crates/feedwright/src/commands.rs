//! What the commands do: arguments to the runner, what it found to a report, and an exit code.

mod categories;
mod checking;
mod demo;
mod lists;
mod office;
mod plan;
mod preview;
mod requirements;
mod sandbox;
mod schemas;
mod serve;
mod status;
mod why;

use crate::Outcome;
use crate::arguments::Arguments;
use crate::arguments::BuildArguments;
use crate::arguments::CategoriesCommand;
use crate::arguments::CheckArguments;
use crate::arguments::Color;
use crate::arguments::Command;
use crate::arguments::InputArguments;
use crate::arguments::LedgerCommand;
use crate::arguments::LintArguments;
use crate::arguments::ReportArguments;
use crate::arguments::SchemaArguments;
use crate::arguments::SchemasCommand;
use crate::progress::Bar;
use anyhow::Context as _;
use anyhow::anyhow;
use clap::CommandFactory as _;
use feedwright_catalog::nearest::did_you_mean;
use feedwright_runner::channel::OpenChannel;
use feedwright_runner::config::COMMAND_LINE;
use feedwright_runner::config::ConfigFile;
use feedwright_runner::documents::Files;
use feedwright_runner::lint::FeedKind;
use feedwright_runner::pipeline;
use feedwright_runner::pipeline::Job;
use feedwright_runner::publish::OutDir;
use feedwright_runner::render;
use feedwright_runner::render::Format;
use feedwright_runner::render::Run;
use feedwright_runner::render::Style;
use feedwright_runner::setup;
use feedwright_runner::setup::Overrides;
use std::fs;
use std::io;
use std::io::BufWriter;
use std::io::IsTerminal as _;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::thread;

/// Does what was asked for.
pub(crate) fn run(arguments: Arguments) -> anyhow::Result<Outcome> {
    match arguments.command {
        Command::Check(arguments) => check(&arguments),
        Command::Build(arguments) => build(&arguments),
        Command::Plan(arguments) => plan::plan(&arguments),
        Command::Preview(arguments) => preview::preview(&arguments),
        Command::Apply(arguments) => plan::apply(&arguments),
        Command::Run(arguments) => plan::run(&arguments),
        Command::Poll(arguments) => status::poll(&arguments),
        Command::Status(arguments) => status::status(&arguments),
        Command::Why(arguments) => why::why(&arguments),
        Command::Serve(arguments) => serve::serve(&arguments),
        Command::Sandbox(arguments) => sandbox::sandbox(&arguments),
        Command::Demo(arguments) => demo::demo(&arguments),
        Command::Ledger(LedgerCommand::Forget(arguments)) => status::forget(&arguments),
        Command::Lint(arguments) => lint(&arguments),
        Command::Requirements(arguments) => requirements::show(&arguments),
        Command::Categories(CategoriesCommand::Suggest(arguments)) => categories::suggest(&arguments),
        Command::Schemas(SchemasCommand::Diff(arguments)) => schemas::diff(&arguments),
        Command::Schemas(SchemasCommand::Pull(arguments)) => schemas::pull(&arguments),
        Command::Explain { code } => lists::explain(code.as_deref()),
        Command::Profiles { name } => lists::profiles(name.as_deref()),
        Command::Fields => lists::fields(),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "feedwright", &mut script);
            io::stdout().write_all(&script)?;
            Ok(Outcome::Fine)
        }
    }
}

fn check(arguments: &CheckArguments) -> anyhow::Result<Outcome> {
    let desk = Desk::open(&arguments.input, &arguments.report)?;
    let bar = Bar::new(arguments.report.quiet);
    let run = pipeline::check(&desk.job(&arguments.input, &arguments.report)?, &bar);
    bar.clear();
    let run = run?;
    unless_nobody_reads(report(&run, &arguments.report))?;
    Ok(outcome(&run))
}

fn build(arguments: &BuildArguments) -> anyhow::Result<Outcome> {
    let desk = Desk::open(&arguments.input, &arguments.report)?;
    let job = desk.job(&arguments.input, &arguments.report)?;
    let out = OutDir::open(&arguments.out)?;
    let bar = Bar::new(arguments.report.quiet);
    let built = pipeline::build(&job, out, &bar);
    bar.clear();
    let (run, manifest) = built?;
    unless_nobody_reads(report(&run, &arguments.report))?;
    if arguments.report.format == Format::Text && arguments.report.output.is_none() {
        unless_nobody_reads(lists::written(&manifest, &arguments.out))?;
    }
    Ok(outcome(&run))
}

fn lint(arguments: &LintArguments) -> anyhow::Result<Outcome> {
    let kind = FeedKind::parse(&arguments.feed).map_err(|why| anyhow!(why))?;
    let profile = kind.adapter.profile;
    let site = site(profile, arguments.site.as_deref())?;
    let documents = documents(&arguments.schemas, profile, site.country, "")?;
    let marketplace =
        feedwright_runner::lint::open_site(kind.adapter, site, documents, std::collections::BTreeMap::new())
            .map_err(|why| anyhow!(why))?;
    feedwright_runner::documents::are_usable(arguments.schemas.single.iter().map(|(key, _)| key), marketplace.as_ref())
        .map_err(|why| anyhow!(why))?;
    let levels = match &arguments.config {
        Some(path) => setup::read_config(Some(path))?.map(|(file, _)| file.levels()).transpose()?.unwrap_or_default(),
        None => feedwright_catalog::finding::Levels::default(),
    };
    let shown = arguments.file.display().to_string();
    let run = feedwright_runner::lint::lint(kind, marketplace.as_ref(), &arguments.file, &shown, &Arc::new(levels))
        .map_err(|why| anyhow!(why))?;
    unless_nobody_reads(report(&run, &arguments.report))?;
    Ok(outcome(&run))
}

/// The reader of a pipe that went away has what it wanted; how the command ends is for others.
fn unless_nobody_reads(written: anyhow::Result<()>) -> anyhow::Result<()> {
    match written {
        Err(why) if why.chain().any(crate::is_broken_pipe) => Ok(()),
        written => written,
    }
}

/// The configuration with what the command line says over it.
struct Desk {
    file: ConfigFile,
    folder: std::path::PathBuf,
    overrides: Overrides,
    channels: Vec<OpenChannel>,
}

impl Desk {
    fn open(input: &InputArguments, report: &ReportArguments) -> anyhow::Result<Self> {
        let overrides = Overrides {
            channels: input.channel.clone(),
            catalog: input.catalog.clone(),
            profile: input.profile.clone(),
            currency: input.currency.clone(),
            category: input.category.clone(),
            schemas: input.schemas.single.iter().cloned().collect(),
            schemas_dir: input.schemas.folder.clone(),
            lane: input.lane,
        };
        let (file, folder) = match setup::read_config(input.config.as_deref())? {
            Some(found) => found,
            None if input.catalog.is_some() && !input.channel.is_empty() => {
                let name = COMMAND_LINE.to_owned();
                (ConfigFile { name, ..ConfigFile::default() }, std::path::PathBuf::new())
            }
            None => {
                return Err(anyhow!(
                    "there is no {} here; write one, name one with --config, or give a catalog file and --channel \
                     (see feedwright check --help)",
                    setup::CONFIG
                ));
            }
        };
        let channels = setup::channels(&file, &folder, &overrides)?;
        if !report.quiet {
            for reason in &channels.left_out {
                writeln!(io::stderr(), "{reason}")?;
            }
        }
        Ok(Self { file, folder, overrides, channels: channels.open })
    }

    fn job(&self, input: &InputArguments, report: &ReportArguments) -> anyhow::Result<Job<'_>> {
        let threads = match input.threads {
            Some(threads) => usize::from(threads),
            None => thread::available_parallelism().map_or(1, std::num::NonZero::get),
        };
        let mut sources = setup::sources(&self.file, &self.folder, &self.overrides)?;
        // What no channel of this run sells is not read.
        sources.retain(|source| self.channels.iter().any(|channel| channel.sells(&source.name)));
        Ok(Job {
            sources,
            channels: &self.channels,
            threads,
            levels: Arc::new(self.file.levels()?),
            // Only this form has a case for every SKU.
            names_ready_skus: report.format == Format::Junit,
        })
    }
}

fn site(
    profile: &'static feedwright_runner::Profile,
    wanted: Option<&str>,
) -> anyhow::Result<&'static feedwright_runner::Site> {
    match wanted {
        None => Ok(&profile.sites[0]),
        Some(wanted) => profile.site(wanted).with_context(|| {
            let known: Vec<&str> = profile.sites.iter().map(|site| site.id).collect();
            let near = did_you_mean(wanted, known.iter().copied());
            format!("{} has no site `{wanted}`; it has {}{near}", profile.name, known.join(", "))
        }),
    }
}

fn documents(
    schemas: &SchemaArguments,
    profile: &feedwright_runner::Profile,
    country: &str,
    category: &str,
) -> anyhow::Result<Files> {
    let single = schemas.single.iter().cloned().collect();
    let used: Vec<String> = Some(category.to_owned()).filter(|category| !category.is_empty()).into_iter().collect();
    Files::find(schemas.folder.as_deref(), &single, country, profile.bulk, &used).map_err(|why| anyhow!(why))
}

fn outcome(run: &Run) -> Outcome {
    if run.summary.n_errors > 0 { Outcome::Blocked } else { Outcome::Fine }
}

/// Writes the report to where it was asked for; a file is there whole or not at all.
fn report(run: &Run, arguments: &ReportArguments) -> anyhow::Result<()> {
    match &arguments.output {
        None => {
            let style = Style { color: wants_color(arguments.color), width: width() };
            let mut out = BufWriter::new(io::stdout().lock());
            render::render(run, arguments.format, style, &mut out)?;
            out.flush()?;
        }
        Some(path) => {
            let style = Style { color: arguments.color == Color::Always, width: 100 };
            write_whole(path, |out| render::render(run, arguments.format, style, out))
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
    }
    Ok(())
}

fn write_whole(path: &Path, write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // A pipe or device has no folder to make a neighbour in, and nothing to replace.
    if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir()) {
        let mut out = BufWriter::new(fs::OpenOptions::new().write(true).open(path)?);
        write(&mut out)?;
        return out.flush();
    }
    let mut builder = tempfile::Builder::new();
    // Private by default; a report is for whoever may read the folder's other files.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder)?;
    let mut out = BufWriter::new(&mut file);
    write(&mut out)?;
    out.flush()?;
    drop(out);
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

fn wants_color(color: Color) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    }
}

fn width() -> usize {
    let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let seen = || terminal_size::terminal_size().map(|(terminal_size::Width(columns), _)| usize::from(columns));
    told.or_else(seen).unwrap_or(100)
}
