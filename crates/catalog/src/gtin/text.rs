//! Recognises what stands in barcode columns instead of a barcode.

/// Whether the text says that there is no number: `N/A`, `Does not apply`, `--`.
pub(super) fn is_placeholder(text: &str) -> bool {
    // Longer than any of them with room for punctuation: not worth looking at.
    if text.len() > 40 {
        return false;
    }
    let letters = || text.chars().filter(|letter| letter.is_alphanumeric()).map(|letter| letter.to_ascii_lowercase());
    match letters().next() {
        None => true,
        // Of a number this is all there is to see: no placeholder begins with a digit.
        Some(first) if first.is_ascii_digit() => false,
        Some(_) => PLACEHOLDERS.split_ascii_whitespace().any(|placeholder| letters().eq(placeholder.chars())),
    }
}

/// `8.72060E+12`, `8,7206E+12`, `1E12`.
pub(super) fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else {
        return false;
    };
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, "0"));
    is_digits(exponent) && is_digits(whole) && is_digits(fraction)
}

/// What sellers and exports write into the column when there is no number, letters and digits only. The last line is what
/// eBay writes on its German, French, Spanish and Italian sites.
static PLACEHOLDERS: &str = "
    na nan none null nil no nogtin noupc noean nobarcode notapplicable notavailable doesnotapply tbd tba unknown
    exempt gtinexempt gtinexemption x xx xxx
    nichtzutreffend nonapplicable noaplicable nonapplicabile
";
