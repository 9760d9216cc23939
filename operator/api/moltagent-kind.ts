/** Coordinates of the resource: part of every manifest that a user keeps, so none of these changes within a version. */
export const moltagentKind = {
  group: 'moltagent.cloud',
  version: 'v1alpha1',
  apiVersion: 'moltagent.cloud/v1alpha1',
  kind: 'Moltagent',
  listKind: 'MoltagentList',
  plural: 'moltagents',
  singular: 'moltagent',
  shortName: 'molt',
  category: 'all',
} as const
