/** Whether the tests run on the node of the cluster that e2e/cluster has brought up for them. */
export function isOwnCluster(): boolean {
  return process.env['E2E_OWN_CLUSTER'] === 'yes';
}
