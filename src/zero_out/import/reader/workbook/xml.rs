//! The XML in the parts of a workbook.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::io::{BufRead, BufReader, Read};

/// A part can't be read: cut off, damaged, or no XML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failure;

impl From<quick_xml::Error> for Failure {
    fn from(_: quick_xml::Error) -> Self {
        Self
    }
}

impl From<quick_xml::events::attributes::AttrError> for Failure {
    fn from(_: quick_xml::events::attributes::AttrError) -> Self {
        Self
    }
}

impl From<std::io::Error> for Failure {
    fn from(_: std::io::Error) -> Self {
        Self
    }
}

/// A part that is read from its start to its end.
pub struct Xml<'a> {
    reader: Reader<Box<dyn BufRead + 'a>>,
    buffer: Vec<u8>,
}

impl<'a> Xml<'a> {
    /// Reads a whole part.
    pub fn new(part: impl Read + 'a) -> Self {
        let part: Box<dyn BufRead + 'a> = Box::new(BufReader::with_capacity(64 * 1024, part));
        let mut reader = Reader::from_reader(part);
        reader.config_mut().expand_empty_elements = true;
        Self { reader, buffer: Vec::with_capacity(1024) }
    }

    /// The next event.
    pub fn next(&mut self) -> Result<Event<'_>, Failure> {
        self.buffer.clear();
        Ok(self.reader.read_event_into(&mut self.buffer)?)
    }
}

/// The value of an attribute, whatever prefix it has.
pub fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, Failure> {
    for attribute in element.attributes().with_checks(false) {
        let attribute = attribute?;
        if attribute.key.local_name().as_ref() == name {
            let value = quick_xml::escape::unescape(&attribute.value).map_err(|_| Failure)?;
            return Ok(Some(value.into_owned()));
        }
    }
    Ok(None)
}

/// Whether an attribute is set, as `1` or `true`.
pub fn is_set(element: &BytesStart<'_>, name: &str) -> Result<bool, Failure> {
    Ok(attribute(element, name)?.is_some_and(|value| matches!(value.as_str(), "1" | "true" | "on")))
}

/// Adds the text of an event to a text; other events add nothing.
pub fn add_text(event: &Event<'_>, text: &mut String) -> Result<(), Failure> {
    match event {
        Event::Text(part) => text.push_str(&part.xml10_content()),
        Event::CData(part) => text.push_str(&part.xml10_content()),
        Event::GeneralRef(entity) => match entity.resolve_char_ref()? {
            Some(character) => text.push(character),
            None => {
                text.push_str(quick_xml::escape::resolve_predefined_entity(entity.as_ref()).ok_or(Failure)?)
            }
        },
        _ => {}
    }
    Ok(())
}

/// What a string of a workbook says: characters that XML can't hold are written `_xHHHH_`.
pub fn unescaped(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, escape) = rest.split_at(at);
        whole.push_str(before);
        let code = escape.get(2..6).filter(|_| escape.get(6..7) == Some("_"));
        let unit = code.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        match unit.and_then(char::from_u32) {
            Some(character) => {
                whole.push(character);
                rest = escape.get(7..).unwrap_or_default();
            }
            None => {
                whole.push_str("_x");
                rest = escape.get(2..).unwrap_or_default();
            }
        }
    }
    whole.push_str(rest);
    whole
}

/// The column of a reference such as `AB12`, from 0, and its row, from 1.
pub fn place(reference: &str) -> Option<(u32, u32)> {
    let reference = reference.trim_matches('$');
    let letters = reference.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, digits) = reference.split_at_checked(letters)?;
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let column = letters.bytes().fold(0, |sum, b| sum * 26 + u32::from(b.to_ascii_uppercase() - b'A') + 1);
    Some((column - 1, digits.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_and_escapes_are_read() {
        assert_eq!(place("A1"), Some((0, 1)));
        assert_eq!(place("ab12"), Some((27, 12)));
        assert_eq!(place("XFD1048576"), Some((16_383, 1_048_576)));
        assert_eq!((place("12"), place("A"), place("ABCD1"), place("")), (None, None, None, None));
        assert_eq!(unescaped("甲_x000D_\n乙_x005F_x_xZZZZ__x"), "甲\r\n乙_x_xZZZZ__x");
    }
}
