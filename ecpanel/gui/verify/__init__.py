"""The verify page (校验), which needs no review open."""
