//! The code that confirms a paper: as a drawing for PDF and HTML, as an image for Word.

use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

use super::ExportError;

/// Light modules around the code; fewer and a reader may not find it.
const QUIET_ZONE: usize = 4;
/// Pixels of a module of the image.
const PIXELS: usize = 6;

fn code(text: &str) -> Result<QrCode, ExportError> {
    QrCode::with_error_correction_level(text, EcLevel::M).map_err(|error| ExportError::Code(error.to_string()))
}

/// A drawing without size of its own.
pub(super) fn svg(text: &str) -> Result<String, ExportError> {
    Ok(code(text)?.render::<svg::Color<'_>>().quiet_zone(true).min_dimensions(200, 200).build())
}

/// A black and white PNG.
pub(super) fn png(text: &str) -> Result<Vec<u8>, ExportError> {
    let code = code(text)?;
    let width = code.width();
    let modules = code.into_colors();
    let side = (width + 2 * QUIET_ZONE) * PIXELS;
    let dark = |x: usize, y: usize| {
        let (x, y) = ((x / PIXELS).checked_sub(QUIET_ZONE), (y / PIXELS).checked_sub(QUIET_ZONE));
        let module = x.zip(y).filter(|(x, y)| *x < width && *y < width);
        module.and_then(|(x, y)| modules.get(y * width + x)).is_some_and(|module| *module == qrcode::Color::Dark)
    };
    let pixels: Vec<u8> = (0..side * side).map(|at| if dark(at % side, at / side) { 0 } else { 255 }).collect();
    encode(&pixels, u32::try_from(side).unwrap_or(u32::MAX)).map_err(|error| ExportError::Code(error.to_string()))
}

fn encode(pixels: &[u8], side: u32) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(bytes)
}
