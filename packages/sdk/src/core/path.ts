/**
 * Builds a path from a template: `path\`/v1/tasks/${id}\``. Values are encoded, so that no id can reach another
 * resource; empty values and dot segments are refused, for `fetch` would resolve them away.
 */
export function path(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return parts.reduce((built, part, index) => {
    const value = values[index - 1] ?? '';
    if (value === '' || value === '.' || value === '..')
      throw new TypeError('an id must not be empty or a dot segment');
    return built + encodeURIComponent(value) + part;
  });
}
