//! The XML in the parts of a workbook.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

/// Most bytes of one tag or one text. A cell has at most 32,767 characters; what is far longer would be held in memory whole.
pub const LONGEST_PIECE: usize = 4 * 1024 * 1024;

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
    reader: Reader<Metered<Box<dyn BufRead + 'a>>>,
    buffer: Vec<u8>,
    /// The bytes of the present event so far.
    used: Rc<Cell<usize>>,
}

/// A reader that fails where one event is too long.
struct Metered<R> {
    inner: R,
    used: Rc<Cell<usize>>,
}

impl<R: BufRead> Read for Metered<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.used.set(self.used.get().saturating_add(read));
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Metered<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.used.get() > LONGEST_PIECE {
            return Err(io::ErrorKind::InvalidData.into());
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, length: usize) {
        self.used.set(self.used.get().saturating_add(length));
        self.inner.consume(length);
    }
}

impl<'a> Xml<'a> {
    /// Reads a whole part.
    pub fn new(part: impl Read + 'a) -> Self {
        let part: Box<dyn BufRead + 'a> = Box::new(BufReader::with_capacity(64 * 1024, part));
        let used = Rc::new(Cell::new(0));
        let mut reader = Reader::from_reader(Metered { inner: part, used: Rc::clone(&used) });
        reader.config_mut().expand_empty_elements = true;
        Self { reader, buffer: Vec::with_capacity(1024), used }
    }

    /// The next event.
    pub fn next(&mut self) -> Result<Event<'_>, Failure> {
        self.buffer.clear();
        self.used.set(0);
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

/// Adds the text of an event to a text; other events add nothing. A text that gets too long is a failure.
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
    if text.len() > LONGEST_PIECE { Err(Failure) } else { Ok(()) }
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

/// The letters of a column, from 0.
pub fn letters(column: usize) -> String {
    let letter = char::from(b'A' + u8::try_from(column % 26).unwrap_or(0));
    let before = if column < 26 { String::new() } else { letters(column / 26 - 1) };
    format!("{before}{letter}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_and_escapes_are_read() {
        assert_eq!(place("A1"), Some((0, 1)));
        assert_eq!(place("ab12"), Some((27, 12)));
        assert_eq!(place("XFD1048576"), Some((16_383, 1_048_576)));
        assert_eq!([0, 25, 26, 701, 702].map(letters), ["A", "Z", "AA", "ZZ", "AAA"]);
        assert_eq!((place("12"), place("A"), place("ABCD1"), place("")), (None, None, None, None));
        assert_eq!(unescaped("甲_x000D_\n乙_x005F_x_xZZZZ__x"), "甲\r\n乙_x_xZZZZ__x");
    }
}
