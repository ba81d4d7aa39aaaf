//! Complete items of the samples, read as if they stood in a table whose columns are named after fields.

use feedwright_catalog::Field;
use feedwright_catalog::Findings;
use feedwright_catalog::Known;
use feedwright_catalog::Origin;
use feedwright_catalog::Product;
use feedwright_catalog::field::Group;
use feedwright_catalog::json::ProductJson;
use feedwright_catalog::place::Column;
use feedwright_catalog::place::Columns;
use feedwright_catalog::place::Level;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

/// The table samples seem to stand in.
pub(super) const TABLE: &str = "catalog.csv";

/// A complete product of a category.
#[derive(Debug)]
pub(super) struct Sample {
    /// The marketplace's id of the category.
    pub(super) category: String,
    /// The file's name without its ending.
    pub(super) name: String,
    /// The product.
    pub(super) product: Product,
}

/// The text of a file; none if there is no such file.
#[expect(clippy::disallowed_methods, reason = "the kit is a test, and samples are files")]
pub(super) fn text(path: &Path) -> Result<Option<String>, String> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(why) if why.kind() == ErrorKind::NotFound => Ok(None),
        Err(why) => Err(format!("cannot read {}: {why}", path.display())),
    }
}

/// The files of a folder with this ending, in the order of their names; none if there is no such folder.
#[expect(clippy::disallowed_methods, reason = "the kit is a test, and samples are files")]
pub(super) fn files(folder: &Path, ending: &str) -> Result<Vec<PathBuf>, String> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(why) if why.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(why) => return Err(format!("cannot read {}: {why}", folder.display())),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(|why| format!("cannot read {}: {why}", folder.display()))?.path();
        if path.extension().is_some_and(|found| found == ending) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// The samples of a folder.
pub(super) fn read(folder: &Path) -> Result<Vec<Sample>, String> {
    let mut samples = Vec::new();
    let mut line = 2;
    for path in files(folder, "json")? {
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let category = name.split('.').next().unwrap_or_default().to_owned();
        let text = text(&path)?.unwrap_or_default();
        let json: ProductJson = serde_json::from_str(&text).map_err(|why| format!("{}: {why}", path.display()))?;
        let mut out = Findings::default();
        let product = json.into_product(&Origin::default(), &mut out);
        if let Some(finding) = out.list().first() {
            return Err(format!("{}: {}", path.display(), finding.message));
        }
        let mut product = product.ok_or_else(|| format!("{} holds no product", path.display()))?;
        line = lay_out(&mut product, line);
        samples.push(Sample { category, name, product });
    }
    Ok(samples)
}

/// Puts a product on a line of the table and its variants on the following; gives the next free line.
pub(super) fn lay_out(product: &mut Product, line: u64) -> u64 {
    let columns = Arc::new(columns(product));
    let at = |line: u64| Origin { columns: Arc::clone(&columns), line };
    product.origin = at(line);
    for media in &mut product.media {
        media.line = line;
    }
    let mut next = line + 1;
    for variant in &mut product.variants {
        variant.origin = at(next);
        for media in &mut variant.media {
            media.line = next;
        }
        next += 1;
    }
    next
}

fn columns(product: &Product) -> Columns {
    let customs = |fields: &feedwright_catalog::Fields| {
        fields.names().filter(|field| matches!(field, Field::Custom(_))).cloned().collect::<Vec<_>>()
    };
    let own = product.variants.iter().flat_map(|variant| customs(&variant.fields));
    let fields = Known::all().iter().map(|known| Field::Known(*known)).chain(customs(&product.fields)).chain(own);
    let column = |field: Field| {
        let is_shared = match field.group() {
            Group::Content => product.fields.contains(&field),
            Group::Media => !product.media.is_empty(),
            Group::Family => true,
            Group::Identity | Group::Offer | Group::Stock => false,
        };
        let level = if is_shared { Level::Product } else { Level::Variant };
        (field.clone(), Column { name: Arc::from(field.to_string()), level })
    };
    Columns { file: Arc::from(TABLE), by_field: fields.map(column).collect::<BTreeMap<_, _>>() }
}
