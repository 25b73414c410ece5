/** By which the disk is named that an instance begins from (EC2 user guide: device names for volumes). */
const rootDevice = /^(?:\/dev\/)?(?:sda1?|xvda)$/u;

/** Whether a volume under this name takes the place of the disk that an instance begins from. */
export function isRootDevice(device: string | undefined): boolean {
  return device !== undefined && rootDevice.test(device);
}
