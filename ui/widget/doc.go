// Package widget draws the small parts that screens are made of: text, bars,
// tables, form fields. It knows nothing of hubs or of the walk.
package widget
