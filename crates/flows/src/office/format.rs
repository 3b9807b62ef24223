//! Which files an editor or viewer opens, by their names.

/// Extensions that a viewer opens, sorted.
const VIEWABLE: [&str; 66] = [
    "bmp", "csv", "djvu", "doc", "docm", "docx", "docxf", "dot", "dotm", "dotx", "epub", "fb2", "fodp", "fods", "fodt",
    "gif", "htm", "html", "ico", "jpeg", "jpg", "md", "mht", "mp3", "mp4", "odp", "ods", "odt", "oform", "otp", "ots",
    "ott", "oxps", "pdf", "png", "pot", "potm", "potx", "pps", "ppsm", "ppsx", "ppt", "pptm", "pptx", "psd", "rtf",
    "stw", "svg", "sxc", "sxi", "sxw", "tif", "tiff", "txt", "vsdm", "vsdx", "webm", "webp", "xls", "xlsb", "xlsm",
    "xlsx", "xlt", "xltm", "xltx", "xps",
];

/// The extension of a name in lower case, without its dot; nothing for a name without one.
pub(super) fn extension(name: &str) -> String {
    name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase()).unwrap_or_default()
}

/// Whether a viewer opens a file of this name.
pub(super) fn is_viewable(name: &str) -> bool {
    VIEWABLE.binary_search(&extension(name).as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{VIEWABLE, is_viewable};

    #[test]
    fn the_list_can_be_searched() {
        assert!(VIEWABLE.is_sorted());
        assert!(is_viewable("plan.DOCX") && is_viewable("a.txt") && is_viewable("a.b.pdf"));
        assert!(!is_viewable("a.exe") && !is_viewable("docx") && !is_viewable(""));
    }
}
