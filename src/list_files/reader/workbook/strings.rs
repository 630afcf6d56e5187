//! The strings that the cells of a workbook share.

use super::super::sink::bounded;
use super::xml::{Failure, Xml, add_text, unescaped};
use quick_xml::events::Event;

/// Reads them all, in order. What helps to pronounce a text is no part of it.
pub fn read(part: &mut Xml<'_>) -> Result<Vec<Box<str>>, Failure> {
    let mut strings = Vec::new();
    let mut text = String::new();
    let (mut in_text, mut phonetic) = (false, false);
    loop {
        match part.next()? {
            Event::Start(e) => match e.local_name().as_ref() {
                "si" => text.clear(),
                "t" => in_text = !phonetic,
                "rPh" => phonetic = true,
                _ => {}
            },
            Event::End(e) => match e.local_name().as_ref() {
                "si" => strings.push(bounded(&unescaped(&text)).into_boxed_str()),
                "t" => in_text = false,
                "rPh" => phonetic = false,
                "sst" => return Ok(strings),
                _ => {}
            },
            Event::Eof => return Err(Failure),
            event if in_text => add_text(&event, &mut text)?,
            _ => {}
        }
    }
}
