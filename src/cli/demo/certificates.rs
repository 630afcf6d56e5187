//! The certificates that the demo experts handed in with their applications: a sheet with the name and the title.

use super::recordings::put;
use super::tables::CertificateForDemo;
use crate::app::App;
use crate::attachments::store::hex;
use crate::attachments::{FileKind, StartUpload};
use crate::core::ids::ExpertId;
use crate::core::secret::sha256;
use crate::core::{Caller, Problem};

/// Hands one in with an application.
pub(super) fn hand_in(app: &App, id: ExpertId, name: &str, title: &str) -> Result<(), Problem> {
    let lines = ["专业技术资格证书（演示样张）", "", name, title, "", "本样张仅供演示，不具有证明效力。"];
    let bytes = sheet(&lines);
    let file = StartUpload {
        name: "职称证书.pdf".to_owned(),
        kind: FileKind::Pdf,
        size: i64::try_from(bytes.len()).map_err(Problem::internal)?,
        sha256: sha256(&bytes),
        upload: None,
    };
    let attachment = app.execute(&Caller::system(), &CertificateForDemo { id, file })?;
    put(app, attachment, &bytes)
}

/// A page with lines of text as a PDF file. The font is one that every reader of Chinese files brings along.
fn sheet(lines: &[&str]) -> Vec<u8> {
    let shown = |line: &&str| {
        let units: Vec<u8> = line.encode_utf16().flat_map(u16::to_be_bytes).collect();
        format!("<{}> Tj T*\n", hex(&units))
    };
    let lines: Vec<String> = lines.iter().map(shown).collect();
    let text = format!("BT /F1 20 Tf 72 740 Td 36 TL\n{}ET", lines.concat());
    let contents = format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len());
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> >> /Contents 7 0 R >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light-UniGB-UTF16-H /Encoding /UniGB-UTF16-H /DescendantFonts [5 0 R] >>",
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 5 >> /DW 1000 /FontDescriptor 6 0 R >>",
        "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
        contents.as_str(),
    ];
    let mut file = "%PDF-1.4\n".to_owned();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(format!("{:010} 00000 n \n", file.len()));
        let entry = format!("{} 0 obj\n{object}\nendobj\n", at + 1);
        file.push_str(&entry);
    }
    let count = objects.len() + 1;
    let table = format!(
        "xref\n0 {count}\n0000000000 65535 f \n{}trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{}\n%%EOF\n",
        places.concat(),
        file.len(),
    );
    file.push_str(&table);
    file.into_bytes()
}
