"""Letters made from what the recaps told: for partners, for a wider list; always approved by hand."""
