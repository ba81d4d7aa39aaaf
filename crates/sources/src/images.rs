//! Images: their addresses, their order, and which one is shown first.

use crate::family::Family;
use crate::plan::Plan;
use crate::plan::PlannedColumn;
use crate::rows::Row;
use crate::target::Target;
use feedwright_catalog::Findings;
use feedwright_catalog::Scope;
use feedwright_catalog::Value;
use feedwright_catalog::field::Kind;
use feedwright_catalog::place::Level;
use feedwright_catalog::product::Media;
use feedwright_catalog::product::MediaRole;
use std::borrow::Cow;
use std::sync::Arc;

impl Family<'_> {
    /// Takes the images a row gives to the product.
    pub(crate) fn read_images(&mut self, plan: &Plan, row: Row<'_>, out: &mut Findings) {
        let position = plan.image_position.and_then(|at| plan.columns.get(at));
        let position = position.and_then(|column| Some((column, column.cell(row)?)));
        let is_image = |column: &&PlannedColumn| {
            column.level == Level::Product && image_role(&column.target).is_some() && column.cell(row).is_some()
        };
        let mut asked = None;
        if let Some((column, text)) = position {
            if !plan.columns.iter().any(|column| is_image(&column)) {
                let help = "fill in the image's address, or remove the position";
                plan.misplaced(row.line, column, &text, "the row has no image", help, out);
            } else if let Some(Value::Integer(n)) = plan.value(row.line, column, &text, out) {
                asked = Some(n);
            }
        }
        for column in plan.columns.iter().filter(is_image) {
            let (Some(role), Some(text)) = (image_role(&column.target), column.cell(row)) else { continue };
            for url in urls(plan, column, row.line, &text, out) {
                self.add_image(asked, Media { url, role, scope: Scope::default(), line: row.line });
            }
        }
    }

    fn add_image(&mut self, asked: Option<i64>, media: Media) {
        if media.role == MediaRole::Swatch || self.image_urls.insert(Arc::clone(&media.url)) {
            self.images.push((asked.unwrap_or(i64::MAX), media));
        }
    }

    /// Orders the images: those with a position by it, the others as they stand in the file. The first is the main one.
    pub(crate) fn settle_images(&mut self) {
        self.images.sort_by_key(|(position, _)| *position);
        let mut media: Vec<Media> = std::mem::take(&mut self.images).into_iter().map(|(_, media)| media).collect();
        if let Some(first) = media.iter_mut().find(|media| media.role != MediaRole::Swatch) {
            first.role = MediaRole::Main;
        }
        self.product.media = media;
    }
}

/// The role of a product's or variant's image column.
pub(crate) fn image_role(target: &Target) -> Option<MediaRole> {
    match target {
        Target::Image | Target::AdditionalImages => Some(MediaRole::Additional),
        Target::SwatchImage => Some(MediaRole::Swatch),
        Target::VariantImage => Some(MediaRole::Main),
        _ => None,
    }
}

/// The addresses in an image cell; what is none is reported.
pub(crate) fn urls(plan: &Plan, column: &PlannedColumn, line: u64, text: &str, out: &mut Findings) -> Vec<Arc<str>> {
    let parts: Vec<Cow<'_, str>> = match column.target {
        Target::AdditionalImages => addresses(text),
        _ => vec![Cow::Borrowed(text)],
    };
    let mut urls = Vec::new();
    for part in parts {
        match Value::parse(Kind::Url, &part, &column.writing) {
            Ok(Value::Text(url)) => urls.push(Arc::from(url)),
            Ok(_) => {}
            Err(why) => plan.unreadable(line, column, &part, &why.message, &why.help, out),
        }
    }
    urls
}

/// Splits a list of addresses. Addresses may hold commas, so a new one begins only where `http` does.
fn addresses(text: &str) -> Vec<Cow<'_, str>> {
    let mut parts: Vec<Cow<'_, str>> = Vec::new();
    for part in text.split_inclusive([',', ';', '|', '\n', ' ']) {
        let begins = part.trim_start().starts_with("http");
        match parts.last_mut() {
            Some(last) if !begins => last.to_mut().push_str(part),
            _ => parts.push(Cow::Borrowed(part)),
        }
    }
    let ends = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|');
    let trimmed = parts.iter().map(|part| part.trim_matches(ends)).filter(|part| !part.is_empty());
    trimmed.map(|part| Cow::Owned(part.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_may_hold_commas() {
        assert_eq!(
            addresses("https://a/x,y.jpg, https://a/2.jpg;https://a/3.jpg |"),
            ["https://a/x,y.jpg", "https://a/2.jpg", "https://a/3.jpg"]
        );
        assert_eq!(addresses("a.jpg, b.jpg"), ["a.jpg, b.jpg"]);
        assert_eq!(addresses(""), Vec::<&str>::new());
    }
}
