"""How a review reads: one table source becomes PDF, workbook and data file."""
