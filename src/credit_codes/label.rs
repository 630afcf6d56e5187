//! The label of a code, to be printed on products: a QR code of error level M with its quiet zone, and the short address in print for who can't scan it. Pure.
//!
//! Dark on white, whatever the page's colours are, since cameras want it so. All lines are in modules of the QR code, so it is sharp in any size.

use crate::core::Problem;
use crate::credit_codes::token::grouped;
use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write;

/// Modules of quiet zone on each side (ISO/IEC 18004).
const QUIET: usize = 4;
/// Modules below the QR code for the two lines of print.
const PRINT: usize = 7;

/// The widths in millimetres in which labels are printed.
pub const WIDTHS: [u16; 4] = [20, 30, 40, 60];

/// The address that the QR code holds.
pub fn address(public_url: &str, token: &str) -> String {
    format!("{}/q/{token}", public_url.trim_end_matches('/'))
}

/// What is printed in the first line: the address without its scheme.
fn printed(public_url: &str) -> String {
    let bare = public_url.split_once("://").map_or(public_url, |(_, rest)| rest);
    format!("{}/q/", bare.trim_end_matches('/'))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The dark modules as one path, a rectangle for each run within a row.
fn path(code: &QrCode) -> String {
    let (width, colours) = (code.width(), code.to_colors());
    let mut path = String::new();
    for (y, row) in colours.chunks(width.max(1)).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                let (left, top, length) = (x + QUIET, y + QUIET, run.len());
                // Writing into a text can't fail.
                let _ = write!(path, "M{left} {top}h{length}v1h-{length}z");
            }
            x += run.len();
        }
    }
    path
}

/// The label as SVG, so many millimetres wide.
///
/// # Errors
/// When the address is too long for a QR code, which no address of a server is.
pub fn svg(public_url: &str, token: &str, millimetres: u16) -> Result<String, Problem> {
    let address = address(public_url, token);
    let code =
        QrCode::with_error_correction_level(address.as_bytes(), EcLevel::M).map_err(Problem::internal)?;
    let width = code.width() + 2 * QUIET;
    let height = width + PRINT;
    // As high as it is wide, and the print below.
    let high = f64::from(millimetres) * units(height) / units(width).max(1.0);
    let (line, token_line, text) = (width + 1, width + 4, width - 2 * QUIET);
    let middle = units(width) / 2.0;
    let (host, typed) = (escaped(&printed(public_url)), escaped(&grouped(token)));
    let path = path(&code);
    // A character of this size is a little more than one module wide.
    let fitted = match printed(public_url).chars().count() > text {
        true => format!(" textLength=\"{text}\" lengthAdjust=\"spacingAndGlyphs\""),
        false => String::new(),
    };
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{millimetres}mm\" height=\"{high:.2}mm\" viewBox=\"0 0 {width} {height}\" role=\"img\">\
         <title>{host}{typed}</title>\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\
         <path d=\"{path}\" fill=\"#000\" shape-rendering=\"crispEdges\"/>\
         <g font-family=\"monospace\" font-size=\"1.9\" text-anchor=\"middle\" fill=\"#000\">\
         <text x=\"{middle}\" y=\"{line}\"{fitted}>{host}</text>\
         <text x=\"{middle}\" y=\"{token_line}\" textLength=\"{text}\" lengthAdjust=\"spacingAndGlyphs\">{typed}</text>\
         </g></svg>"
    ))
}

/// A small number of modules, for a division.
fn units(modules: usize) -> f64 {
    u32::try_from(modules).map_or(0.0, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "04HMASW9NF6YY0938NKRKAYDXW";

    #[test]
    fn a_label_has_its_quiet_zone_and_the_address_in_print() {
        let svg = svg("https://zerodesk.example", TOKEN, 30).unwrap();
        assert!(svg.starts_with("<svg ") && svg.contains("width=\"30mm\""));
        // Nothing dark within four modules of the edge.
        let first: Vec<usize> = svg
            .split('M')
            .skip(1)
            .filter_map(|run| run.split_once('h')?.0.split_once(' '))
            .flat_map(|(x, y)| [x.parse().unwrap_or(QUIET), y.parse().unwrap_or(QUIET)])
            .collect();
        assert!(first.iter().all(|place| *place >= QUIET) && first.contains(&QUIET));
        assert!(
            svg.contains(">zerodesk.example/q/</text>")
                && svg.contains(">04HMA-SW9NF-6YY09-38NKR-KAYDXW</text>")
        );
        assert!(svg.len() < 20_000, "{}", svg.len());
    }

    #[test]
    fn what_is_printed_is_escaped() {
        let svg = svg("http://a<b>&\"", TOKEN, 20).unwrap();
        assert!(svg.contains("a&lt;b&gt;&amp;&quot;/q/") && !svg.contains("a<b>"));
    }
}
