//! What decides what a plan says, beside the sources and the ledger.

use super::Keeping;
use crate::config::ChannelConfig;
use crate::config::ConfigFile;
use crate::documents;
use crate::pipeline::SourceJob;
use crate::setup::Overrides;
use crate::shop::Shop;
use blake3::Hasher;
use feedwright_catalog::digest::Digest;
use feedwright_catalog::finding::Levels;
use std::fmt;
use std::fs::File;
use std::path::Path;

/// The folder beside the configuration.
const FOLDER: &str = ".feedwright";

impl Keeping {
    /// Where it is kept what was settled of these shops, beside the configuration they are from. Another choice of channels
    /// or lanes is kept for itself.
    pub(crate) fn new(
        (file, folder): (&ConfigFile, &Path),
        overrides: &Overrides,
        configs: &[ChannelConfig],
        shops: &[Shop],
        sources: &[SourceJob],
        levels: &Levels,
    ) -> Self {
        let mut chosen = Context::default();
        for shop in shops {
            chosen.say(&shop.name);
            for open in &shop.lanes {
                chosen.say(&(open.lane.name(), open.feed.id, open.is_sent, open.is_revision));
            }
        }
        for source in sources {
            chosen.say(&(&source.name, &source.path));
        }
        let mut context = chosen.clone();
        context.program();
        context.say(&(&file.config, overrides, sources, levels));
        for (config, shop) in configs.iter().zip(shops) {
            let country = shop.marketplace().map_or("", |marketplace| marketplace.channel().site.country);
            if let Some(schemas) = config.schemas_dir.as_ref().map(|path| folder.join(path)) {
                let found = documents::in_folder(&schemas, country).unwrap_or_default();
                for path in found.values() {
                    context.file(path);
                }
            }
            let named = config.templates.iter().chain(config.tables.values()).chain(config.pages.values());
            let named = named.chain(config.documents.values()).chain(config.schemas.values());
            for path in named {
                context.file(&folder.join(path));
            }
        }
        if let Some(map) = &file.config.category_map {
            context.file(&folder.join(map));
        }
        let name = chosen.digest().to_string();
        let path = folder.join(FOLDER).join(format!("{}.memory", name.get(..16).unwrap_or_default()));
        Self { is_fresh: false, path, context: context.digest() }
    }
}

/// A digest under way.
#[derive(Clone, Default)]
struct Context(Hasher);

impl Context {
    /// A value, as programmers see it.
    fn say(&mut self, value: &dyn fmt::Debug) {
        let said = format!("{value:?}");
        self.bytes(said.as_bytes());
    }

    /// The content of a file. One that is not there is told from an empty one.
    fn file(&mut self, path: &Path) {
        self.say(&path);
        let mut own = Hasher::new();
        let read = File::open(path).and_then(|file| own.update_reader(file).map(drop));
        self.say(&read.is_ok());
        self.bytes(own.finalize().as_bytes());
    }

    /// Which program this is: its templates and requirements are built in.
    fn program(&mut self) {
        self.say(&env!("CARGO_PKG_VERSION"));
        let metadata = std::env::current_exe().and_then(|path| path.metadata());
        self.say(&metadata.map(|metadata| (metadata.len(), metadata.modified().ok())).ok());
    }

    /// With their length, so that two values are not taken for two others.
    fn bytes(&mut self, bytes: &[u8]) {
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    fn digest(&self) -> Digest {
        Digest(self.0.finalize().into())
    }
}
