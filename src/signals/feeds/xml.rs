//! XML that others send: read as it comes, without entities of its own, within bounds. Pure.

use encoding_rs::Encoding;
use quick_xml::Reader;
use quick_xml::events::Event;
use std::borrow::Cow;

/// Elements within each other at most.
const DEEPEST: usize = 64;
/// Characters of one text at most; what is longer is cut.
const LONGEST: usize = 40_000;

/// Why XML is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is broken, cut off or none at all.
    Damaged,
    /// It has a document type, by which a few lines may become gigabytes or name files of this machine.
    DocType,
    /// Its elements stand too deep within each other.
    Deep,
}

/// What the reader finds next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum XmlEvent {
    /// An element begins: its name in lower case, and its attribute `href` if it has one.
    Open(String, Option<String>),
    /// An element ends, with the text right in it.
    Close(String, String),
    /// The end.
    End,
}

/// XML that is read from its start to its end.
pub struct Xml<'a> {
    reader: Reader<&'a [u8]>,
    /// The text right in each element that is open, with the number of its characters.
    texts: Vec<(String, usize)>,
}

/// The text of a file in the encoding that it names.
pub fn decoded(bytes: &[u8]) -> Result<Cow<'_, str>, Fault> {
    let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(200)).unwrap_or_default()).to_lowercase();
    let named = head.split_once("encoding=").and_then(|(_, rest)| {
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        rest.get(1..)?.split(quote).next().map(str::to_owned)
    });
    let encoding = match named {
        Some(label) => Encoding::for_label(label.as_bytes()).ok_or(Fault::Damaged)?,
        None => encoding_rs::UTF_8,
    };
    let (text, _, broken) = encoding.decode(bytes);
    if broken { Err(Fault::Damaged) } else { Ok(text) }
}

impl<'a> Xml<'a> {
    /// Reads a text.
    pub fn new(text: &'a str) -> Self {
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        Self { reader, texts: Vec::new() }
    }

    /// What comes next.
    pub fn next(&mut self) -> Result<XmlEvent, Fault> {
        loop {
            match self.reader.read_event().map_err(|_| Fault::Damaged)? {
                Event::Start(element) => {
                    if self.texts.len() >= DEEPEST {
                        return Err(Fault::Deep);
                    }
                    let mut href = None;
                    for attribute in element.attributes().with_checks(false) {
                        let attribute = attribute.map_err(|_| Fault::Damaged)?;
                        if attribute.key.local_name().as_ref() == "href" {
                            let value = quick_xml::escape::unescape(&attribute.value);
                            href = value.ok().map(Cow::into_owned);
                        }
                    }
                    self.texts.push((String::new(), 0));
                    return Ok(XmlEvent::Open(element.local_name().as_ref().to_lowercase(), href));
                }
                Event::End(element) => {
                    let (text, _) = self.texts.pop().ok_or(Fault::Damaged)?;
                    return Ok(XmlEvent::Close(element.local_name().as_ref().to_lowercase(), text));
                }
                Event::Text(part) => self.add(&part.xml10_content()),
                Event::CData(part) => self.add(&part.xml10_content()),
                Event::GeneralRef(entity) => match entity.resolve_char_ref().map_err(|_| Fault::Damaged)? {
                    Some(character) => self.add(&character.to_string()),
                    // Those of HTML are met in feeds; none is looked up anywhere.
                    None => {
                        let known = quick_xml::escape::resolve_predefined_entity(entity.as_ref());
                        self.add(known.unwrap_or(" "));
                    }
                },
                Event::DocType(_) => return Err(Fault::DocType),
                Event::Eof if self.texts.is_empty() => return Ok(XmlEvent::End),
                Event::Eof => return Err(Fault::Damaged),
                _ => {}
            }
        }
    }

    fn add(&mut self, part: &str) {
        if let Some((text, length)) = self.texts.last_mut() {
            for character in part.chars().take(LONGEST.saturating_sub(*length)) {
                text.push(character);
                *length += 1;
            }
        }
    }
}
