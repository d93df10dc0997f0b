"""The page viewer: a document as pages to read, search and point at, drawn on a thread of its own."""
